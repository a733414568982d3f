import { findCheckout, tap } from './api/cashier'
import { drawChances } from './faults'
import type { ApiVersion, TradeRecord } from './ledger/schema'
import type { CallAnswer, IncomingCall } from './protocol'
import type { WeChat } from './wechat'

/** What became of a call: `answer` is null if none leaves, `paid` is the trade whose merchant is notified before it does. */
export type CallResult = { answer: CallAnswer | null; latencyMs: number; paid: TradeRecord | null }

/** Takes one call to WeChat Pay: what it changes, the faults it meets and the line in the ledger are one step. */
export function takeCall(wechat: WeChat, apiVersion: ApiVersion, call: IncomingCall): CallResult {
  const { ledger, clock, protocols } = wechat
  const { outTradeNo, answer } = protocols[apiVersion].read(call)
  return ledger.atomically(() => {
    const chances = drawChances(ledger, outTradeNo)
    const latencyMs = chances.amountOf('latencyMs')
    const arrives = !chances.has('dropRequests')
    const answered = arrives ? answer(wechat, chances) : DROPPED
    const leaves = arrives && !chances.has('dropAnswersAfterCommit')
    const paid = answered.prepayId && chances.has('beforeAnswer') ? payAtOnce(wechat, answered.prepayId) : null
    ledger.insertRequest({
      at: clock.now(),
      apiVersion,
      method: call.method,
      path: call.path,
      outTradeNo,
      headers: [...call.headers],
      body: Buffer.from(call.bytes),
      outcome: answered.outcome,
      status: answered.status,
      answer: answered.body,
      answered: leaves,
      explanation: answered.explanation,
      warnings: answered.warnings,
      faults: chances.met,
    })
    return { answer: leaves ? answered : null, latencyMs, paid }
  })
}

/** A request that never arrived. */
const DROPPED: CallAnswer = {
  status: 0,
  contentType: '',
  body: '',
  outcome: 'NOT_HEARD',
  explanation: {
    problem: 'fault',
    rule: { zh: '故障 dropRequests 发生了', en: 'the fault dropRequests happened' },
  },
  warnings: [],
}

/** A buyer who is so quick that the notification overtakes the answer. */
function payAtOnce(wechat: WeChat, prepayId: string): TradeRecord | null {
  const checkout = findCheckout(wechat, { prepayId })
  const paid = checkout && tap(wechat, checkout, 'success')
  return paid?.ok ? paid.trade : null
}
