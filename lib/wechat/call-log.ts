import type { BillAnswer } from '@/lib/shop/bill'
import type { Evidence, SaidFields } from '@/lib/shop/evidence'
import type { GatewayCall } from '@/lib/shop/gateway'

/** Who hears of calls. */
export type CallListener = {
  now: () => number
  /** Hears of every call when its answer is there. It must not throw, and the answer does not wait for it. */
  onCall: (call: GatewayCall) => void
}

type Called = {
  path: string
  request: SaidFields
  outTradeNo?: string | undefined
  outRefundNo?: string | undefined
}
type CallEnd = Pick<GatewayCall, 'outcome' | 'isAnswered' | 'answer'>

/** Begins a call. What it gives back tells of the call when it has ended. */
export function beginCall({ now, onCall }: CallListener, called: Called): (end: CallEnd) => void {
  const { outTradeNo = null, outRefundNo = null, ...rest } = called
  const at = now()
  return (end) => onCall({ at, durationMs: Math.max(0, now() - at), outTradeNo, outRefundNo, ...rest, ...end })
}

type Answer = { type: 'success' } | { type: 'failure'; errCode: string } | { type: 'unknown' }

/** How a call ended: with what WeChat said, or with the word for why its answer is not believed. */
export function endOf(answer: Answer & { evidence: Evidence }): CallEnd {
  const { fields, problem } = answer.evidence
  const refusal = answer.type === 'failure' ? answer.errCode : (problem ?? 'unknown')
  const outcome = answer.type === 'success' ? 'SUCCESS' : refusal
  return { outcome, isAnswered: answer.type !== 'unknown', answer: fields }
}

/** The same for a bill, which is a file that nobody wants in a log. */
export function endOfBill(answer: BillAnswer): CallEnd {
  if (answer.type === 'file') {
    const { bytes, sha256 } = answer
    return { outcome: 'SUCCESS', isAnswered: true, answer: { bytes, sha256 } }
  }
  const isAnswered = answer.type !== 'failed'
  return { outcome: isAnswered ? answer.type : answer.problem, isAnswered, answer: answer.fields }
}
