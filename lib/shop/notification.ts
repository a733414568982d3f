import type { Evidence } from './evidence'
import type { ApiVersion, TransactionOutcome } from './payment'

/** What WeChat is answered: to stop, or to come again. */
export const REPLIES = ['acknowledge', 'retry'] as const
export type Reply = (typeof REPLIES)[number]

type Outcome = {
  /** Acknowledged is only what no retry could change anything about. */
  reply: Reply
  /** Whether WeChat signed it. What is not signed anybody could have sent, in any number. */
  isAuthentic: boolean
  /** Whether it is an event that moved nothing and should have: somebody has to look. */
  needsLook: boolean
  /** What its money is recorded as when the message is all that tells of it; null when WeChat was queried, or there is none. */
  hint: TransactionOutcome | null
}

/** All that can become of a notification, by the one word that says it. */
const OUTCOMES = {
  applied: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
  already: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
  stray: { reply: 'acknowledge', isAuthentic: true, needsLook: true, hint: null },
  payment_failed: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
  wrong_amount: { reply: 'retry', isAuthentic: true, needsLook: true, hint: 'mismatch' },
  unknown_payment: { reply: 'retry', isAuthentic: true, needsLook: true, hint: 'unknown_order' },
  not_ours: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  bad_signature: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  malformed: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  failed_transport: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  query_failed: { reply: 'retry', isAuthentic: true, needsLook: false, hint: null },
  contradicted: { reply: 'retry', isAuthentic: true, needsLook: true, hint: null },
  refund_applied: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
  refund_already: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
  unknown_refund: { reply: 'acknowledge', isAuthentic: true, needsLook: true, hint: null },
  undecryptable: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  expired: { reply: 'retry', isAuthentic: false, needsLook: false, hint: null },
  unknown_event: { reply: 'acknowledge', isAuthentic: true, needsLook: false, hint: null },
} as const satisfies Record<string, Outcome>

export type Verdict = keyof typeof OUTCOMES
/** Verdicts whose outcome has some property. */
export type VerdictWith<Property extends Partial<Outcome>> = {
  [V in Verdict]: (typeof OUTCOMES)[V] extends Property ? V : never
}[Verdict]

export const VERDICTS = Object.keys(OUTCOMES) as Verdict[]

/** Verdicts on messages that WeChat did not sign. */
export const UNVERIFIED = VERDICTS.filter((verdict) => !OUTCOMES[verdict].isAuthentic)

export const TO_LOOK_AT = VERDICTS.filter((verdict) => OUTCOMES[verdict].needsLook)

export function replyTo(verdict: Verdict): Reply {
  return OUTCOMES[verdict].reply
}

/** Whether nothing about the payment or refund could change by a retry. */
export function isSettled(verdict: Verdict): boolean {
  return replyTo(verdict) === 'acknowledge'
}

/** What money is recorded as of which only a message tells. */
export function hintOf<V extends VerdictWith<{ hint: TransactionOutcome }>>(verdict: V): (typeof OUTCOMES)[V]['hint'] {
  return OUTCOMES[verdict].hint
}

/**
 * One step of the processing, in the order in which it was taken. The protocol names its own, the rules name those in
 * `CHECKS`; to the rules all of them are just words.
 */
export type Check = { name: string; passed: boolean; detail: string | null }

/** Checks that do not depend on how WeChat writes: is it ours, is it money, how much, and does WeChat stand by it? */
export const CHECKS = ['known_payment', 'known_refund', 'outcome', 'amount', 'query', 'settled'] as const
export type CheckName = (typeof CHECKS)[number]

/** A message exactly as it came; the address at which it came tells how it has to be read. */
export type ReceivedMessage = {
  apiVersion: ApiVersion
  remoteAddress: string
  headers: Record<string, string>
  body: Uint8Array
  /** When it came: what is processed later, or once more, was as fresh then as it was. */
  receivedAt: number
}

/** The same at its arrival. */
export type ArrivingMessage = Omit<ReceivedMessage, 'receivedAt'>

/** What a notification tells of. */
export const NOTIFICATION_KINDS = ['payment', 'refund'] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** What is written down about a message once it has been processed. */
export type NotificationResult = {
  notificationId: number
  verdict: Verdict
  /** Null when so little could be read that it may be anything. */
  kind: NotificationKind | null
  orderId: string | null
  outTradeNo: string | null
  transactionId: string | null
  outRefundNo: string | null
  /** The amount in fen that the message speaks of, believed or not. */
  claimedFen: number | null
  checks: Check[]
  signedText: string | null
  expectedSign: string | null
  receivedSign: string | null
  queryAnswer: Evidence | null
  reply: Reply
  processedAt: number
}

/** One entry of the notification log. `verdict` is null from the moment of its arrival until it has been processed. */
export type Notification = ReceivedMessage & {
  id: number
  bodySha256: string
  /** The entry that an admin had replayed as this one; null for what really came. */
  replayOf: number | null
  /** For how many messages it stands, which are the same in the sense of `notification-log.ts`. */
  times: number
  /** When the last of them came that is counted here and not kept; null when there is none. */
  lastSeenAt: number | null
  result: NotificationResult | null
}

/** An entry as lists show it: without what only its own page needs, so that fifty of them are quickly read. */
export type NotificationLine = Pick<Notification, 'id' | 'receivedAt' | 'replayOf' | 'times'> & {
  result: Pick<
    NotificationResult,
    'verdict' | 'orderId' | 'outTradeNo' | 'transactionId' | 'claimedFen' | 'reply' | 'processedAt'
  > | null
}

/** Which entries are wanted; null leaves a question open. */
export type NotificationFilter = {
  verdict: Verdict | null
  /** An order's id, an `out_trade_no` or a transaction id. */
  number: string | null
  /** Received at this instant or later. */
  from: number | null
  /** Received before this instant. */
  until: number | null
  /** Stands in the body as it came, byte for byte. */
  text: string | null
  /** Only those that tell of money nobody has seen to. */
  isUnresolved: boolean
  /** Only what really came, without what an admin had replayed. */
  isOriginal: boolean
}

export const EVERY_NOTIFICATION: NotificationFilter = {
  verdict: null,
  number: null,
  from: null,
  until: null,
  text: null,
  isUnresolved: false,
  isOriginal: false,
}

/** A place in the log, which is read from the newest entry to the oldest. */
export type LogPlace = { at: number; id: number }

/** `next` is where to read on, null at the log's end. A page may be empty and have a next one: see `listNotifications`. */
export type LogPage = { lines: NotificationLine[]; next: LogPlace | null }
