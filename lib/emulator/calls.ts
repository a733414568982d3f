import { findCheckout, tap } from './api/cashier'
import { endDueRefunds, endRefund } from './api/refunds'
import { type Chances, drawChances } from './faults'
import type { Ledger } from './ledger/ledger'
import type { ApiVersion, TradeKey } from './ledger/schema'
import type { CallAnswer, IncomingCall, NamedNumbers } from './protocol'
import type { WeChat } from './wechat'

/** What became of a call. */
export type CallResult = {
  /** Null if none leaves. */
  answer: CallAnswer | null
  latencyMs: number
  /** The trade whose merchant is notified before the answer leaves. */
  notified: TradeKey | null
  /** Whether there is a refund to be processed now. */
  isRefund: boolean
}

/** Takes one call to WeChat Pay: what it changes, the faults it meets and the line in the ledger are one step. */
export function takeCall(wechat: WeChat, apiVersion: ApiVersion, call: IncomingCall): CallResult {
  const { ledger, clock, protocols } = wechat
  const { numbers, answer } = protocols[apiVersion].read(call)
  endDueRefunds(wechat)
  return ledger.atomically(() => {
    const { outTradeNo, outRefundNo } = subjectOf(ledger, numbers)
    const chances = drawChances(ledger, outTradeNo)
    const latencyMs = chances.amountOf('latencyMs')
    const arrives = !chances.has('dropRequests')
    const answered = arrives ? answer(wechat, chances) : DROPPED
    const leaves = arrives && !chances.has('dropAnswersAfterCommit')
    const notified = notifyBefore(wechat, answered, chances)
    ledger.insertRequest({
      at: clock.now(),
      apiVersion,
      method: call.method,
      path: call.path + call.search,
      outTradeNo,
      outRefundNo,
      headers: [...call.headers],
      body: Buffer.from(call.bytes),
      outcome: answered.outcome,
      status: answered.status,
      answer: beginning(answered.body),
      answerHeaders: answered.headers,
      answered: leaves,
      explanation: answered.explanation,
      warnings: answered.warnings,
      faults: chances.met,
    })
    return { answer: leaves ? answered : null, latencyMs, notified, isRefund: answered.refund !== undefined }
  })
}

/** A bill may have some megabytes, and anybody may ask for it again and again. */
const ANSWER_KEPT_MAX = 16_000

function beginning(text: string): string {
  return text.length > ANSWER_KEPT_MAX ? `${text.slice(0, ANSWER_KEPT_MAX)}…` : text
}

/** A request that never arrived. */
const DROPPED: CallAnswer = {
  status: 0,
  contentType: null,
  headers: [],
  body: '',
  outcome: 'NOT_HEARD',
  explanation: {
    problem: 'fault',
    rule: { zh: '故障 dropRequests 发生了', en: 'the fault dropRequests happened' },
  },
  warnings: [],
}

/** The order and the refund that a call is about, as far as they are named or known. */
function subjectOf(ledger: Ledger, { mchId, transactionId, outTradeNo, refundId, outRefundNo }: NamedNumbers) {
  const refund = refundId
    ? ledger.findRefundById(mchId, refundId)
    : outRefundNo
      ? ledger.findRefund({ mchId, outRefundNo })
      : null
  const trade = transactionId ? ledger.findTradeByTransaction(mchId, transactionId) : null
  return {
    outTradeNo: trade?.outTradeNo ?? outTradeNo ?? refund?.outTradeNo ?? null,
    outRefundNo: refund?.outRefundNo ?? outRefundNo ?? null,
  }
}

/** A buyer, or a bank, who is so quick that the notification overtakes the answer. */
function notifyBefore(wechat: WeChat, { prepayId, refund }: CallAnswer, chances: Chances): TradeKey | null {
  if (prepayId !== undefined && chances.has('beforeAnswer')) {
    const checkout = findCheckout(wechat, { prepayId })
    const paid = checkout && tap(wechat, checkout, 'success')
    return paid?.ok ? paid.trade : null
  }
  const known = refund === undefined ? null : wechat.ledger.findRefund(refund)
  if (known?.status !== 'PROCESSING' || !chances.has('beforeAnswer')) return null
  return endRefund(wechat, known, 'success')
}
