import { Hono } from 'hono'
import { z } from 'zod'
import { addAccountControls } from './account-control'
import { findCheckout, TAPS, type TapResult, tap } from './api/cashier'
import { endDueRefunds } from './api/refunds'
import { problem, withBody } from './control-body'
import { toAttempt } from './delivery/attempt'
import type { Deliveries } from './delivery/deliveries'
import { faultSettings, readFaults, replaceFaults } from './faults'
import type { Changes } from './inspector/changes'
import type { RequestRecord, TradeRecord } from './ledger/schema'
import { addRefundControls, listBalances, toRefund } from './refund-control'
import type { Env } from './show-page'
import { forgetAll, type WeChat } from './wechat'

/** Everything there is; a state is for programs, and they count. */
const ALL = -1
/** The largest amount that an order may have. */
const FEN_MAX = 9_999_999_999
const YEAR_SECONDS = 366 * 24 * 60 * 60

const payBody = z
  .strictObject({
    out_trade_no: z.string().min(1).max(32).optional(),
    code_url: z.string().min(1).max(64).optional(),
    outcome: z.enum(TAPS),
    late: z.boolean().optional(),
    /** The order stands here with another amount than the merchant believes. */
    total_fee: z.int().min(1).max(FEN_MAX).optional(),
  })
  .refine((it) => (it.out_trade_no === undefined) !== (it.code_url === undefined), {
    error: 'either out_trade_no or code_url must be given',
  })
  .refine((it) => it.late !== true || it.outcome === 'success', { error: 'only a success can be late' })
  .refine((it) => it.total_fee === undefined || it.outcome === 'success', { error: 'only a success has an amount' })
const clockBody = z.strictObject({ advanceSeconds: z.number().min(0).max(YEAR_SECONDS) })
const resetBody = z.strictObject({})

const REFUSALS = {
  unknown_order: [404, 'No such order was placed here'],
  paid: [409, 'The order is paid already'],
  closed: [409, 'The order is closed'],
  expired: [409, 'The time to pay this order is over'],
} as const satisfies Record<Exclude<TapResult, { ok: true }>['reason'] | 'unknown_order', readonly [number, string]>

/** What programs see and move, in JSON. Instants are virtual, in epoch milliseconds. */
export function createControl(wechat: WeChat, deliveries: Deliveries, changes: Changes): Hono<Env> {
  const { ledger, clock } = wechat
  const app = new Hono<Env>()

  app.get('/state', (c) => {
    endDueRefunds(wechat)
    return c.json({
      now: clock.now(),
      orders: ledger.listTrades(ALL).reverse().map(toOrder),
      refunds: ledger
        .listRefunds(ALL)
        .reverse()
        .map((it) => toRefund(wechat, it)),
      balances: listBalances(wechat),
      deliveries: ledger.listDeliveries(ALL).reverse().map(toAttempt),
      faults: readFaults(ledger),
    })
  })
  /** What programs asked about one order, oldest first. */
  app.get('/calls', (c) => c.json({ calls: ledger.listRequestsOf(c.req.query('out_trade_no') ?? '', ALL).map(toCall) }))
  app.get('/events', (c) => changes.answer(c.req.raw, c.env.remoteAddress))

  /** A tap on the phone. Answers with the order as it is afterwards. */
  app.post('/pay', (c) =>
    withBody(c.req.raw, c.var.bytes, payBody, (body) => {
      const { out_trade_no: outTradeNo, code_url: codeUrl = '', outcome, late, total_fee: totalFee } = body
      const checkout = findCheckout(wechat, outTradeNo === undefined ? { codeUrl } : { outTradeNo })
      if (checkout === null) return refuse('unknown_order')
      const tapped = tap(wechat, checkout, outcome, { isLate: late, totalFee })
      deliveries.wake()
      return tapped.ok ? Response.json(toOrder(tapped.trade)) : refuse(tapped.reason)
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
      forgetAll(wechat)
      return Response.json({ now: clock.now() })
    }),
  )
  addRefundControls(app, wechat, deliveries)
  addAccountControls(app, wechat)
  return app
}

function toOrder(trade: TradeRecord) {
  return {
    mch_id: trade.mchId,
    appid: trade.appid,
    out_trade_no: trade.outTradeNo,
    trade_type: trade.tradeType,
    openid: trade.openid,
    attach: trade.attach,
    sign_type: trade.signType,
    is_sandbox: trade.isSandbox,
    total_fee: trade.totalFee,
    trade_state: trade.state,
    transaction_id: trade.transactionId,
    api_version: trade.apiVersion,
    notify_url: trade.notifyUrl,
    created_at: trade.createdAt,
    expires_at: trade.expiresAt,
    paid_at: trade.paidAt,
    closed_at: trade.closedAt,
  }
}

function toCall(call: RequestRecord) {
  return {
    at: call.at,
    api_version: call.apiVersion,
    method: call.method,
    path: call.path,
    out_trade_no: call.outTradeNo,
    out_refund_no: call.outRefundNo,
    outcome: call.outcome,
    status: call.status,
    answered: call.answered,
  }
}

function refuse(reason: keyof typeof REFUSALS): Response {
  const [status, message] = REFUSALS[reason]
  return problem(status, reason === 'unknown_order' ? reason : `order_${reason}`, message)
}
