import { extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { HEALTH_PROBLEMS } from '@/lib/server/health'
import {
  ADDRESS_LENGTH_MAX,
  EMAIL_LENGTH_MAX,
  LINES_MAX,
  ORDER_NOTE_LENGTH_MAX,
  PHONE_LENGTH_MAX,
  QUANTITY_MAX,
  SEARCH_LENGTH_MAX,
} from '@/lib/shop/limits'
import { CHANNELS } from '@/lib/shop/payment'
import { CATEGORIES, FACTS } from '@/lib/shop/product'
import { REASON_BYTES_MAX, REFUND_STATUSES } from '@/lib/shop/refund'
import { PROBLEMS, type ProblemCode } from '@/lib/web/problem'

extendZodWithOpenApi(z)

/* What goes in and out of the JSON routes. The routes parse with these, and the published document is made of them. */

const fen = (text: string) => z.int().min(0).describe(`${text}, in whole fen (100 fen are 1 yuan)`)
export const instant = (text: string) => z.int().describe(`${text}, in epoch milliseconds`)

export const channel = z.enum(CHANNELS).openapi('Channel', {
  description:
    'native: QR code; app: WeChat SDK in a mobile app; h5: phone browser; jsapi: page inside WeChat or mini-program',
})

const product = z
  .strictObject({
    id: z.string(),
    slug: z.string(),
    name: z.string().describe('In the language of Accept-Language: zh or en'),
    description: z.string(),
    priceFen: fen('Price of one piece'),
    stock: z.int().min(0).describe('Pieces that can be ordered now'),
    image: z.string().describe('Address of an illustration on this origin'),
    category: z.enum(CATEGORIES).nullable(),
    facts: z
      .array(z.strictObject({ name: z.enum(FACTS), label: z.string(), value: z.string() }))
      .describe('What can be said in a word or two, such as origin and weight, in the order of a table'),
  })
  .openapi('Product')

export const goodsQuery = z.object({
  category: z.enum(CATEGORIES).optional(),
  q: z.string().max(SEARCH_LENGTH_MAX).optional().describe('Words that all have to be there, in either language'),
})

export const products = z.strictObject({ products: z.array(product) }).openapi('Products')

/** A text that a person leaves: no more than so much of it, and nothing but blanks is nothing. */
const left = (text: string, lengthMax: number) =>
  z.string().trim().max(lengthMax).describe(`${text}; at most ${lengthMax} characters`)

export const contact = z
  .strictObject({
    email: left('For looking the order up', EMAIL_LENGTH_MAX).regex(/^(|[^\s@]+@[^\s@]+\.[^\s@]+)$/),
    phone: left('For looking the order up', PHONE_LENGTH_MAX).regex(/^(|\+?[\d ()-]{5,})$/),
    address: left('Where the goods go', ADDRESS_LENGTH_MAX),
    note: left('For the shop', ORDER_NOTE_LENGTH_MAX),
  })
  .partial()
  .openapi('Contact', { example: { phone: '13800138000', note: 'Please ring twice' } })

const keptContact = z
  .strictObject({
    email: z.string().nullable(),
    phone: z.string().nullable(),
    address: z.string().nullable(),
    note: z.string().nullable(),
  })
  .openapi('KeptContact')

export const newOrder = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          productId: z.string().min(1).max(32),
          quantity: z.number().describe(`A whole number from 1 to ${QUANTITY_MAX}`),
        }),
      )
      .describe(`At most ${LINES_MAX} different products; a product that is named twice is one line`),
    expectedAmountFen: z
      .int()
      .min(0)
      .optional()
      .describe(
        'What the buyer was told that it costs. When the goods come to another amount now, nothing is ordered and the answer is `price_changed`, with the new amount as `detail`; show it, and ask again',
      ),
    contact: contact.optional().describe('What the buyer may leave; nothing of it is needed'),
  })
  .openapi('NewOrder', { example: { items: [{ productId: 'tea-longjing', quantity: 1 }] } })

const item = z
  .strictObject({ productId: z.string(), name: z.string(), quantity: z.int(), priceFen: fen('Price of one piece') })
  .openapi('OrderItem')

const orderStatus = z.enum(['pending', 'paid', 'closed']).openapi('OrderStatus')

const orderCore = {
  id: z.string(),
  number: z.string().describe('What people read and say in place of `id`; WeChat shows it too'),
  status: orderStatus,
  amountFen: fen('What has to be paid'),
  currency: z.literal('CNY'),
  items: z.array(item),
  createdAt: instant('When it was made'),
  expiresAt: instant('Until when it can be paid, once a payment was opened'),
}

export const createdOrder = z
  .strictObject({
    ...orderCore,
    token: z.string().describe('Proves the order as its own in `Authorization: Bearer …`; keep it with the order'),
  })
  .openapi('CreatedOrder')

const refund = z
  .strictObject({
    id: z.string(),
    amountFen: fen('What goes back'),
    status: z
      .enum(REFUND_STATUSES)
      .describe(
        'requested: waits for the shop or is being sent; processing: WeChat took it on; succeeded: it went back; closed: nothing went back; abnormal: the shop settles it by hand; declined: the shop did not agree',
      ),
    reason: z.string(),
    createdAt: instant('When it was made or asked for'),
    approvedAt: instant('When the shop agreed').nullable().describe('Null while a wish of the buyer waits'),
    note: z.string().nullable().describe("The shop's answer to the buyer's wish"),
  })
  .openapi('Refund')

export const order = z
  .strictObject({
    ...orderCore,
    paidAt: instant('When WeChat took the money').nullable(),
    closedAt: instant('When it was closed').nullable(),
    transactionId: z.string().nullable().describe("WeChat's number of the payment"),
    channel: channel.nullable().describe('Channel of the payment that can be paid now'),
    payments: z
      .array(
        z.strictObject({
          outTradeNo: z.string(),
          channel,
          status: z.enum(['preparing', 'open', 'paid', 'closed', 'stray']),
        }),
      )
      .describe('Every attempt to pay; `stray` is money that did not pay this order'),
    shippedAt: instant('When the goods left').nullable(),
    trackingNumber: z.string().nullable().describe("The carrier's number of the parcel"),
    contact: keptContact.describe('What the buyer left'),
    refundedFen: fen('What went back to the buyer'),
    refunds: z.array(refund).describe('Oldest first; also of money that did not pay this order'),
  })
  .openapi('Order')

export const lookup = z
  .strictObject({
    number: z.string().min(1).max(40).describe('The number of an order, however it is written'),
    contact: z.string().min(1).max(EMAIL_LENGTH_MAX).describe('The phone number or e-mail that was left with it'),
  })
  .openapi('Lookup', { example: { number: '212XX-14KBY', contact: '13800138000' } })

export const foundOrder = z
  .strictObject({ id: z.string(), number: z.string(), token: z.string().describe('Proves the order as its own') })
  .openapi('FoundOrder')

export const prepayRequest = z
  .strictObject({
    channel,
    openid: z
      .string()
      .regex(/^[\w-]{1,128}$/)
      .optional()
      .describe('The payer under our appid; needed on `jsapi` only'),
  })
  .openapi('PrepayRequest', { example: { channel: 'app' } })

export const refundRequest = z
  .strictObject({
    reason: z.string().describe(`Why; at most ${REASON_BYTES_MAX} bytes in UTF-8`),
  })
  .openapi('RefundRequest', { example: { reason: 'Ordered by mistake' } })

const prepayCore = { outTradeNo: z.string(), expiresAt: instant('Until when it can be paid') }

export const prepay = z
  .discriminatedUnion('channel', [
    z
      .strictObject({
        channel: z.literal('native'),
        ...prepayCore,
        codeUrl: z.string().describe('Draw it as a QR code'),
      })
      .openapi('PrepayNative'),
    z
      .strictObject({
        channel: z.literal('app'),
        ...prepayCore,
        app: z
          .strictObject({
            appid: z.string().describe('iOS: registered beforehand; Android PayReq: appId'),
            partnerid: z.string().describe('PayReq: partnerId'),
            prepayid: z.string().describe('PayReq: prepayId'),
            package: z.string().describe('iOS PayReq: package; Android PayReq: packageValue'),
            noncestr: z.string().describe('PayReq: nonceStr'),
            timestamp: z.string().describe('PayReq: timeStamp (iOS: UInt32, Android: String)'),
            sign: z
              .string()
              .max(344)
              .describe('PayReq: sign. 32 or 64 characters of hex with API v2, 344 of Base64 with v3'),
          })
          .describe(
            'Map these names to the SDK, and never sign them again. With API v2 these very names were signed, all lower case; with v3 `sign` is RSA in Base64 over four lines without names. The app does the same with either.',
          ),
      })
      .openapi('PrepayApp'),
    z
      .strictObject({
        channel: z.literal('h5'),
        ...prepayCore,
        mwebUrl: z.string().describe("Open it in the phone's browser within five minutes; it comes back to the order"),
      })
      .openapi('PrepayH5'),
    z
      .strictObject({
        channel: z.literal('jsapi'),
        ...prepayCore,
        jsapi: z
          .strictObject({
            appId: z.string(),
            timeStamp: z.string(),
            nonceStr: z.string(),
            package: z.string(),
            signType: z.string().describe('MD5 or HMAC-SHA256 with API v2, RSA with v3; hand it over as it is'),
            paySign: z.string(),
          })
          .describe('For WeixinJSBridge getBrandWCPayRequest; wx.requestPayment takes all but appId'),
      })
      .openapi('PrepayJsapi'),
  ])
  .openapi('Prepay')

export const health = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'unavailable']),
    problems: z.array(z.enum(HEALTH_PROBLEMS)).optional(),
    instance: z.string().describe('The process that answered, by a word that it drew at its start'),
    database: z.enum(['sqlite', 'postgres']),
    news: z.enum(['listen', 'poll']).describe('Whether other processes tell this one of changes, or it looks for them'),
    host: z.string().optional().describe('This and what follows is said on the same machine only'),
    pid: z.int().optional(),
    processes: z.int().optional().describe('How many processes work on this database'),
  })
  .openapi('Health')

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]

export const problemBody = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes).describe('Stable; branch on this'),
    detail: z.string().optional(),
  })
  .openapi('Problem', {
    example: {
      type: 'urn:wechat-pay-shop:problem:sold_out',
      title: 'There is not enough of this product left',
      status: 409,
      code: 'sold_out',
    },
  })
