import type { Hono } from 'hono'
import { z } from 'zod'
import { endDueRefunds, endRefund, REFUND_OUTCOMES, type RefundRefusal, refundInConsole } from './api/refunds'
import { problem, withBody } from './control-body'
import { toAttempt } from './delivery/attempt'
import type { Deliveries } from './delivery/deliveries'
import type { RefundRecord } from './ledger/refund-schema'
import type { Env } from './show-page'
import type { WeChat } from './wechat'

const FEN_MAX = 1e12
const outTradeNo = z.string().min(1).max(32)
const outRefundNo = z.string().min(1).max(64)

const refundBody = z.strictObject({ out_refund_no: outRefundNo, outcome: z.enum(REFUND_OUTCOMES) })
const consoleBody = z.strictObject({ out_trade_no: outTradeNo, refund_fee: z.int().min(1).max(FEN_MAX) })
const balanceBody = z.strictObject({
  mch_id: z.string().min(1).max(32).optional(),
  balance: z.int().min(0).max(FEN_MAX),
})
const resendBody = z
  .strictObject({ out_trade_no: outTradeNo.optional(), out_refund_no: outRefundNo.optional() })
  .refine((it) => (it.out_trade_no === undefined) !== (it.out_refund_no === undefined), {
    error: 'either out_trade_no or out_refund_no must be given',
  })

/** Why a person in the merchant console cannot refund; the other reasons are for programs. */
const CONSOLE_REFUSALS: Partial<Record<RefundRefusal, string>> = {
  not_paid: 'The order is not paid',
  overdue: 'The order was paid more than a year ago',
  refunded: 'Nothing of the order is left to be refunded',
  more_than_left: 'It is more than is left of the order',
  too_many: 'The order has had its fifty refunds',
  balance_too_small: 'The balance of the merchant is too small',
}

/** What programs do with refunds, and what they see of them. */
export function addRefundControls(app: Hono<Env>, wechat: WeChat, deliveries: Deliveries): void {
  const { ledger, accounts } = wechat

  /** Ends a refund that is processing, or one that is abnormal by hand. Answers with the refund as it is afterwards. */
  app.post('/refund', (c) =>
    withBody(c.req.raw, c.var.bytes, refundBody, ({ out_refund_no: number, outcome }) => {
      endDueRefunds(wechat)
      const refund = ledger.findRefundByNumber(number)
      if (refund === null) return problem(404, 'unknown_refund', 'No such refund was asked for here')
      const ended = endRefund(wechat, refund, outcome)
      if (ended === null) return problem(409, 'refund_ended', 'The refund has ended already')
      deliveries.wake()
      return Response.json(toRefund(wechat, ended))
    }),
  )

  /** A refund made in the merchant console, which the merchant's server knows nothing of. */
  app.post('/console-refund', (c) =>
    withBody(c.req.raw, c.var.bytes, consoleBody, ({ out_trade_no: number, refund_fee: refundFee }) => {
      const trade = ledger.findTradeByNumber(number)
      if (trade === null) return unknownOrder()
      const requested = refundInConsole(wechat, trade, refundFee)
      if (!requested.ok) {
        const { reason } = requested
        return problem(409, reason === 'not_paid' ? 'order_not_paid' : reason, CONSOLE_REFUSALS[reason] ?? reason)
      }
      deliveries.wake()
      return Response.json(toRefund(wechat, requested.refund))
    }),
  )

  /** How much a merchant has to refund from; of the first account unless another is named. */
  app.put('/balance', (c) =>
    withBody(c.req.raw, c.var.bytes, balanceBody, ({ mch_id: named, balance }) => {
      const account = accounts.find((it) => named === undefined || it.mchId === named)
      if (account === undefined) return problem(404, 'unknown_merchant', 'No such merchant exists here')
      ledger.setBalance(account.mchId, balance)
      return Response.json({ balances: listBalances(wechat) })
    }),
  )

  /** Makes one more delivery outside the schedule, and answers with it when the merchant has replied. */
  app.post('/resend', (c) =>
    withBody(c.req.raw, c.var.bytes, resendBody, async ({ out_trade_no: ofTrade, out_refund_no: ofRefund = '' }) => {
      const subject = ofTrade === undefined ? ledger.findRefundByNumber(ofRefund) : ledger.findTradeByNumber(ofTrade)
      if (subject === null) {
        if (ofTrade !== undefined) return unknownOrder()
        return problem(404, 'unknown_refund', 'No such refund was asked for here')
      }
      const delivery = await deliveries.resend(subject)
      if (delivery !== null) return Response.json(toAttempt(delivery))
      return ofTrade === undefined
        ? problem(409, 'refund_not_notified', 'There is no notification of the refund')
        : problem(409, 'order_not_paid', 'The order is not paid, so there is no notification of it')
    }),
  )
}

function unknownOrder(): Response {
  return problem(404, 'unknown_order', 'No such order was placed here')
}

export function toRefund({ ledger }: WeChat, refund: RefundRecord) {
  const trade = ledger.findTrade(refund)
  return {
    mch_id: refund.mchId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    out_trade_no: refund.outTradeNo,
    transaction_id: trade?.transactionId ?? null,
    refund_fee: refund.refundFee,
    total_fee: trade?.totalFee ?? null,
    status: refund.status,
    source: refund.source,
    api_version: refund.apiVersion,
    refund_desc: refund.description,
    notify_url: refund.notifyUrl,
    created_at: refund.createdAt,
    due_at: refund.dueAt,
    ended_at: refund.endedAt,
    faults: refund.faults,
  }
}

export function listBalances({ accounts, ledger }: WeChat) {
  return [...new Set(accounts.map((it) => it.mchId))].map((mchId) => ({
    mch_id: mchId,
    balance: ledger.balanceOf(mchId),
  }))
}
