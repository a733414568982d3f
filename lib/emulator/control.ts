import { z } from 'zod'
import { findCheckout, TAPS, type Tapped, tap } from './api/cashier'
import type { Deliveries } from './delivery'
import { faultSettings, readFaults, replaceFaults } from './faults'
import type { Delivery, Trade } from './ledger/schema'
import type { WeChat } from './wechat'

/** Everything there is; a state is for programs, and they count. */
const ALL = -1
const YEAR_SECONDS = 366 * 24 * 60 * 60

const payBody = z
  .strictObject({
    out_trade_no: z.string().min(1).max(32).optional(),
    code_url: z.string().min(1).max(64).optional(),
    outcome: z.enum(TAPS),
  })
  .refine((it) => (it.out_trade_no === undefined) !== (it.code_url === undefined), {
    error: 'either out_trade_no or code_url must be given',
  })
const clockBody = z.strictObject({ advanceSeconds: z.number().min(0).max(YEAR_SECONDS) })
const resendBody = z.strictObject({ out_trade_no: z.string().min(1).max(32) })
const resetBody = z.strictObject({})

const REFUSALS = {
  unknown_order: [404, 'No such order was placed here'],
  paid: [409, 'The order is paid already'],
  closed: [409, 'The order is closed'],
  expired: [409, 'The time to pay this order is over'],
  not_paid: [409, 'The order is not paid, so there is no news of it'],
} as const satisfies Record<
  Exclude<Tapped, { ok: true }>['reason'] | 'unknown_order' | 'not_paid',
  readonly [number, string]
>

/** Everything the emulator knows, for programs. Instants are virtual, in epoch milliseconds. */
export function readState({ ledger, clock }: WeChat): Response {
  return Response.json({
    now: clock.now(),
    orders: ledger.listTrades(ALL).reverse().map(toOrder),
    deliveries: ledger.listDeliveries(ALL).reverse().map(toAttempt),
    faults: readFaults(ledger),
  })
}

/** A tap on the phone. Answers with the order as it is afterwards. */
export function tapButton(wechat: WeChat, request: Request, bytes: Uint8Array): Response {
  return withBody(request, bytes, payBody, ({ out_trade_no: outTradeNo, code_url: codeUrl = '', outcome }) => {
    const checkout = findCheckout(wechat, outTradeNo === undefined ? { codeUrl } : { outTradeNo })
    if (checkout === null) return refuse('unknown_order')
    const tapped = tap(wechat, checkout, outcome)
    return tapped.ok ? Response.json(toOrder(tapped.trade)) : refuse(tapped.reason)
  })
}

/** Lets time pass; answers when every delivery that fell due was made. */
export function advanceClock(
  wechat: WeChat,
  deliveries: Deliveries,
  request: Request,
  bytes: Uint8Array,
): Response | Promise<Response> {
  return withBody(request, bytes, clockBody, async ({ advanceSeconds }) => {
    await deliveries.advance(Math.round(advanceSeconds * 1000))
    return Response.json({ now: wechat.clock.now() })
  })
}

/** Makes one more delivery outside the schedule, and answers with it when the merchant has replied. */
export function resendNotification(
  { ledger }: WeChat,
  deliveries: Deliveries,
  request: Request,
  bytes: Uint8Array,
): Response | Promise<Response> {
  return withBody(request, bytes, resendBody, async ({ out_trade_no: outTradeNo }) => {
    const trade = ledger.findTradeByNumber(outTradeNo)
    if (trade === null) return refuse('unknown_order')
    const delivery = await deliveries.resend(trade)
    return delivery === null ? refuse('not_paid') : Response.json(toAttempt(delivery))
  })
}

/** Replaces the faults that are to happen; answers with them. */
export function setFaults({ ledger }: WeChat, request: Request, bytes: Uint8Array): Response {
  return withBody(request, bytes, faultSettings, (settings) => {
    replaceFaults(ledger, settings)
    return Response.json(readFaults(ledger))
  })
}

export function forgetAll({ ledger, clock }: WeChat, request: Request, bytes: Uint8Array): Response {
  return withBody(request, bytes, resetBody, () => {
    ledger.reset()
    return Response.json({ now: clock.now() })
  })
}

function toOrder(trade: Trade) {
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

/** Only JSON is accepted: a form, which any page could send here, is not. An empty body stands for `{}`. */
function withBody<T, R>(request: Request, bytes: Uint8Array, schema: z.ZodType<T>, answer: (body: T) => R) {
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
