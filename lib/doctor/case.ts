import type { Message } from './message'
import type { WeaknessId } from './weaknesses/weaknesses'

/**
 * On what a case is played. `refused`: on a payment that nobody made, and then on one that was made and of which the
 * program does not know. The others that need a payment of their own say so.
 */
type Stage =
  | 'refused'
  /** One that nobody made; shared. */
  | 'unpaid'
  /** One that was made and of which the program does not know; shared. */
  | 'paid'
  /** The same, of its own. */
  | 'own'
  /** Of its own too, over an amount that floating point does not keep. */
  | 'own_float'
  /** Of its own, and WeChat took another amount than the program asked. */
  | 'own_other_amount'
  /** That of the case before. */
  | 'same'
  /** One that the program has closed; the money comes late. */
  | 'closed'
  /** One that is paid before the program has the answer of its order call. */
  | 'early'
  /** A refund that the program asked for. */
  | 'refund'
  /** A refund made in the merchant console, of which the program does not know. */
  | 'console_refund'

/** How often and in what weather. */
type Way = 'once' | 'five_at_once' | 'while_query_fails'

export type Case<Subject> = {
  name: string
  title: string
  stage: Stage
  way?: Way
  /** Makes the message out of what is true. */
  write: (subject: Subject) => Message | Promise<Message>
  /** What has to be answered. */
  answer: 'acknowledge' | 'retry' | 'either'
  /** What the order has to be afterwards, or may be. */
  paid: 'must' | 'may' | 'never'
  /** Whether only a status tells how it ended, because either answer is right. */
  needsStatus?: boolean
  /** What it means when it ends otherwise. */
  means: {
    acknowledged?: WeaknessId
    refused?: WeaknessId
    /** Paid although it must not be. */
    paid?: WeaknessId
    /** Late or without an answer. */
    hangs?: WeaknessId
    /** An address in the message was fetched. */
    fetched?: WeaknessId
  }
}

const OWN: readonly Stage[] = ['own', 'own_float', 'own_other_amount']
const ON_UNPAID: readonly Stage[] = ['refused', 'unpaid']
const ON_PAID: readonly Stage[] = ['refused', 'paid', 'console_refund']

/** How many open payments these cases need, when nothing becomes paid that should not. */
export function countNeeded(cases: Pick<Case<never>, 'stage'>[]): number {
  const has = (stages: readonly Stage[]) => Number(cases.some((it) => stages.includes(it.stage)))
  return has(ON_UNPAID) + has(ON_PAID) + cases.filter((it) => OWN.includes(it.stage)).length
}
