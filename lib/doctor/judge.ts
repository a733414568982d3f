import type { Case } from './case'
import type { Reading } from './reading'
import type { WeaknessId } from './weaknesses/weaknesses'

/** What was seen when one message, or some of the same kind, were sent. */
export type Observation = {
  /** On which kind of payment. */
  on: 'unpaid' | 'paid' | 'other_amount' | 'closed' | 'refund'
  replies: Reading[]
  /** What the status URL says afterwards; null without one. */
  isPaid: boolean | null
  /** How often the program queried the order meanwhile. */
  queries: number
  /** Whether an address in the message was fetched. */
  isFetched: boolean
  /** Whether WeChat's query was out of order. */
  isQueryDown: boolean
}

export type Finding = { weakness: WeaknessId; what: string }

type Judged = Pick<Case<never>, 'way' | 'answer' | 'paid' | 'means'>

/** What is wrong about how a case ended; nothing when it ended well. */
export function judge(test: Judged, observed: Observation): Finding[] {
  const { replies, isFetched } = observed
  const findings: Finding[] = []
  if (isFetched && test.means.fetched !== undefined) {
    findings.push({ weakness: test.means.fetched, what: 'it fetched an address that stands in the message' })
  }
  for (const [place, reply] of replies.entries()) {
    const isCopy = test.way === 'five_at_once' && place < replies.length - 1
    findings.push(...(isCopy ? judgeCopy(test, reply, observed) : judgeReply(test, reply, observed)))
  }
  findings.push(...judgeStatus(test, observed))
  return findings.filter((it, place) => findings.findIndex(({ weakness }) => weakness === it.weakness) === place)
}

/** One of several at once may well be told to come again, if only no error gets out. */
function judgeCopy(test: Judged, reply: Reading, observed: Observation): Finding[] {
  if (reply.isError) return [{ weakness: 'breaks_at_once', what: `answered ${reply.shown} to one of several at once` }]
  return reply.word === 'retry' && reply.flaw === null ? [] : judgeReply(test, reply, observed)
}

function judgeReply({ answer, paid, means }: Judged, reply: Reading, observed: Observation): Finding[] {
  const { word, flaw, shown, tookMs } = reply
  const what = flaw === 'no_answer' ? 'broke off the connection' : `answered ${shown}`
  const answered = `${what} after ${Math.round(tookMs)} ms`
  if (flaw === 'answers_late' || flaw === 'no_answer') return [{ weakness: means.hangs ?? flaw, what: answered }]
  if (flaw === 'fails_with_200') return [{ weakness: flaw, what: answered }]
  if (observed.isQueryDown) return judgeInDoubt(reply, observed)
  if (answer === 'acknowledge') {
    if (flaw !== null) return [{ weakness: flaw, what: answered }]
    if (word === 'retry') return [{ weakness: means.refused ?? 'refuses_genuine', what: answered }]
    return []
  }
  if (word === 'retry') return []
  const weakness = isTaken({ answer, paid, means }, observed) ? means.paid : means.acknowledged
  return weakness === undefined ? [] : [{ weakness, what: `${answered}${unpaidOn(observed)}` }]
}

/**
 * Whether an acknowledgement stands for a paid order that must not be. Without a status it does where either answer is
 * right, and where the program did not even query.
 */
function isTaken({ answer, paid, means }: Judged, { on, isPaid, queries }: Observation): boolean {
  if (paid !== 'never' || on === 'paid' || means.paid === undefined) return false
  return isPaid ?? (answer === 'either' || queries === 0 || means.acknowledged === undefined)
}

/** The query does not answer: acknowledged may be only what became paid all the same. */
function judgeInDoubt({ word, shown }: Reading, { isPaid, queries }: Observation): Finding[] {
  if (word === 'retry') return []
  if (isPaid === false) {
    const what = `answered ${shown} while the order query was out of order, and the order never became paid`
    return [{ weakness: 'acknowledges_before_storing', what }]
  }
  if (queries === 0) return []
  const what = `answered ${shown} although its order query failed`
  return [{ weakness: isPaid === null ? 'acknowledges_before_storing' : 'trusts_notice', what }]
}

function judgeStatus({ paid, means, answer }: Judged, observed: Observation): Finding[] {
  const { isPaid, replies, on, isQueryDown } = observed
  if (paid === 'never' && isPaid === true && on !== 'paid' && means.paid !== undefined) {
    return [{ weakness: means.paid, what: `the order became paid${unpaidOn(observed)}` }]
  }
  // Refused or garbled is told by the reply already.
  const isAcknowledged = replies.some(({ word, flaw }) => word === 'acknowledge' && flaw === null)
  if (paid === 'must' && isPaid === false && isAcknowledged && answer === 'acknowledge' && !isQueryDown) {
    return [{ weakness: 'acknowledges_before_storing', what: 'it acknowledged, and the order did not become paid' }]
  }
  return []
}

function unpaidOn({ on }: Observation): string {
  if (on === 'unpaid') return ', for an order that nobody paid'
  if (on === 'other_amount') return ', though another amount was paid'
  if (on === 'closed') return ', though it was closed before'
  return ''
}
