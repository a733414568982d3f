import { z } from 'zod'
import { REPLIES } from '@/lib/shop/notification'
import { API_VERSIONS } from '@/lib/shop/payment'
import { CALL_PURPOSES, CHANGED_BY } from '@/lib/web/buyer-timeline'
import { channel, instant } from './schemas'

const step = { number: z.int().describe('Counts the steps'), at: instant('When it happened') }
const said = z.array(z.strictObject({ name: z.string(), value: z.string() }))
const took = z.int().describe('In milliseconds')

export const timeline = z
  .strictObject({
    steps: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({ ...step, type: z.literal('made') }),
          z.strictObject({
            ...step,
            type: z.literal('payment'),
            outTradeNo: z.string(),
            channel,
            apiVersion: z.enum(API_VERSIONS),
          }),
          z.strictObject({
            ...step,
            type: z.literal('call').describe('The shop called WeChat'),
            purpose: z.enum(CALL_PURPOSES),
            path: z.string(),
            tookMs: took,
            isAnswered: z.boolean().describe('Whether the answer could be believed'),
            sent: said,
            answered: said,
          }),
          z.strictObject({
            ...step,
            type: z.literal('handed_over').describe('WeChat gave what the payment is opened with'),
            channel,
            signed: z.array(z.string()).describe("Fields that the shop signed once more, for the buyer's device"),
          }),
          z.strictObject({
            ...step,
            type: z.literal('notification'),
            isAuthentic: z.boolean().describe('Whether WeChat signed it'),
            times: z.int().describe('How often the very same came'),
            checks: z.array(z.strictObject({ name: z.string(), passed: z.boolean() })).describe('In order'),
          }),
          z.strictObject({
            ...step,
            type: z.literal('reply').describe('What WeChat was answered'),
            verdict: z.string(),
            reply: z.enum(REPLIES),
            tookMs: took,
          }),
          z.strictObject({
            ...step,
            type: z.literal('became'),
            status: z.enum(['paid', 'closed']),
            by: z.enum(CHANGED_BY),
          }),
        ]),
      )
      .describe('Oldest first'),
  })
  .openapi('Timeline')
