import { Hono } from 'hono'
import { z } from 'zod'
import { findCheckout, TAPS, type TapResult, tap } from './api/cashier'
import type { Deliveries } from './delivery/deliveries'
import { faultSettings, readFaults, replaceFaults } from './faults'
import type { Changes } from './inspector/changes'
import type { Delivery, TradeRecord } from './ledger/schema'
import type { Env } from './show-page'
import type { WeChat } from './wechat'

/** Everything there is; a state is for programs, and they count. */
const ALL = -1
const YEAR_SECONDS = 366 * 24 * 60 * 60

const payBody = z
  .strictObject({
    out_trade_no: z.string().min(1).max(32).optional(),
    code_url: z.string().min(1).max(64).optional(),
    outcome: z.enum(TAPS),
    late: z.boolean().optional(),
  })
  .refine((it) => (it.out_trade_no === undefined) !== (it.code_url === undefined), {
    error: 'either out_trade_no or code_url must be given',
  })
  .refine((it) => it.late !== true || it.outcome === 'success', { error: 'only a success can be late' })
const clockBody = z.strictObject({ advanceSeconds: z.number().min(0).max(YEAR_SECONDS) })
const resendBody = z.strictObject({ out_trade_no: z.string().min(1).max(32) })
const resetBody = z.strictObject({})

const REFUSALS = {
  unknown_order: [404, 'No such order was placed here'],
  paid: [409, 'The order is paid already'],
  closed: [409, 'The order is closed'],
  expired: [409, 'The time to pay this order is over'],
  not_paid: [409, 'The order is not paid, so there is no notification of it'],
} as const satisfies Record<
  Exclude<TapResult, { ok: true }>['reason'] | 'unknown_order' | 'not_paid',
  readonly [number, string]
>

/** What programs see and move, in JSON. Instants are virtual, in epoch milliseconds. */
export function createControl(wechat: WeChat, deliveries: Deliveries, changes: Changes): Hono<Env> {
  const { ledger, clock } = wechat
  const app = new Hono<Env>()

  app.get('/state', (c) =>
    c.json({
      now: clock.now(),
      orders: ledger.listTrades(ALL).reverse().map(toOrder),
      deliveries: ledger.listDeliveries(ALL).reverse().map(toAttempt),
      faults: readFaults(ledger),
    }),
  )
  app.get('/events', (c) => changes.answer(c.req.raw, c.env.remoteAddress))

  /** A tap on the phone. Answers with the order as it is afterwards. */
  app.post('/pay', (c) =>
    withBody(c.req.raw, c.var.bytes, payBody, ({ out_trade_no: outTradeNo, code_url: codeUrl = '', outcome, late }) => {
      const checkout = findCheckout(wechat, outTradeNo === undefined ? { codeUrl } : { outTradeNo })
      if (checkout === null) return refuse('unknown_order')
      const tapped = tap(wechat, checkout, outcome, { isLate: late })
      deliveries.wake()
      return tapped.ok ? Response.json(toOrder(tapped.trade)) : refuse(tapped.reason)
    }),
  )

  /** Makes one more delivery outside the schedule, and answers with it when the merchant has replied. */
  app.post('/resend', (c) =>
    withBody(c.req.raw, c.var.bytes, resendBody, async ({ out_trade_no: outTradeNo }) => {
      const trade = ledger.findTradeByNumber(outTradeNo)
      if (trade === null) return refuse('unknown_order')
      const delivery = await deliveries.resend(trade)
      return delivery === null ? refuse('not_paid') : Response.json(toAttempt(delivery))
    }),
  )

  app.get('/faults', (c) => c.json(readFaults(ledger)))
  app.put('/faults', (c) =>
    withBody(c.req.raw, c.var.bytes, faultSettings, (settings) => {
      replaceFaults(ledger, settings)
      return Response.json(readFaults(ledger))
    }),
  )

  /** Lets time pass; answers when every delivery that fell due was made. */
  app.post('/clock', (c) =>
    withBody(c.req.raw, c.var.bytes, clockBody, async ({ advanceSeconds }) => {
      await deliveries.advance(Math.round(advanceSeconds * 1000))
      return Response.json({ now: clock.now() })
    }),
  )

  app.post('/reset', (c) =>
    withBody(c.req.raw, c.var.bytes, resetBody, () => {
      ledger.reset()
      return Response.json({ now: clock.now() })
    }),
  )
  return app
}

function toOrder(trade: TradeRecord) {
  return {
    mch_id: trade.mchId,
    out_trade_no: trade.outTradeNo,
    trade_type: trade.tradeType,
    total_fee: trade.totalFee,
    trade_state: trade.state,
    transaction_id: trade.transactionId,
    notify_url: trade.notifyUrl,
    created_at: trade.createdAt,
    expires_at: trade.expiresAt,
    paid_at: trade.paidAt,
    closed_at: trade.closedAt,
  }
}

function toAttempt(delivery: Delivery) {
  return {
    id: delivery.id,
    out_trade_no: delivery.outTradeNo,
    attempt: delivery.attempt,
    cause: delivery.cause,
    at: delivery.sentAt ?? delivery.dueAt,
    outcome: delivery.outcome,
    faults: delivery.faults,
    http_status: delivery.httpStatus,
    reply_code: delivery.replyCode,
    reply: delivery.reply,
    reply_headers: delivery.replyHeaders,
    body: delivery.body,
    body_sha256: delivery.bodySha256,
    request_headers: delivery.requestHeaders,
  }
}

/**
 * Only JSON is accepted: no form can send that type, and no script of another site without asking first. An empty body
 * stands for `{}`.
 */
function withBody<T>(
  request: Request,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  answer: (body: T) => Response | Promise<Response>,
): Response | Promise<Response> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return problem(415, 'not_json', 'The content type must be application/json')
  let data: unknown
  try {
    data = bytes.byteLength === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return problem(400, 'not_json', 'The body is not JSON')
  }
  const parsed = schema.safeParse(data)
  if (parsed.success) return answer(parsed.data)
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  return problem(400, 'invalid_body', `${where}${issue?.message ?? 'not in the form that is expected here'}`)
}

function refuse(reason: keyof typeof REFUSALS): Response {
  const [status, message] = REFUSALS[reason]
  return problem(status, reason === 'unknown_order' ? reason : `order_${reason}`, message)
}

function problem(status: number, error: string, message: string): Response {
  return Response.json({ error, message }, { status })
}
