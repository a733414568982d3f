/** The one word that says what became of a notification. */
export const VERDICTS = [
  'applied',
  'already',
  'stray',
  'payment_failed',
  'wrong_amount',
  'unknown_payment',
  'not_ours',
  'bad_signature',
  'malformed',
  'failed_transport',
  'query_failed',
  'contradicted',
] as const
export type Verdict = (typeof VERDICTS)[number]

export type CheckName =
  | 'well_formed'
  | 'complete'
  | 'return_code'
  | 'account'
  | 'sign_type'
  | 'signature'
  | 'known_payment'
  | 'result_code'
  | 'amount'
  | 'query'
  | 'settled'

/** What WeChat said, for the log: the fields of an answer with signatures masked, and why it was not believed. */
export type Evidence = { fields: Record<string, string>; problem: string | null }

/** One step of the processing, in the order in which it was taken. */
export type Check = { name: CheckName; passed: boolean; detail: string | null }

/** A message exactly as it came. */
export type ReceivedMessage = { remoteAddress: string; headers: Record<string, string>; body: Uint8Array }

/** What WeChat is answered: to stop, or to come again. */
export const REPLIES = ['acknowledge', 'retry'] as const
export type Reply = (typeof REPLIES)[number]

/** What is written down about a message once it has been processed. */
export type NotificationResult = {
  notificationId: number
  verdict: Verdict
  orderId: string | null
  outTradeNo: string | null
  transactionId: string | null
  /** The amount in fen that the message speaks of, believed or not. */
  claimedFen: number | null
  checks: Check[]
  signedText: string | null
  expectedSign: string | null
  receivedSign: string | null
  queryAnswer: Evidence | null
  reply: Reply
  concludedAt: number
}

/** One entry of the notification log. `verdict` is null from the moment of its arrival until it has been processed. */
export type Notification = ReceivedMessage & {
  id: number
  receivedAt: number
  bodySha256: string
  /** The entry that an admin had replayed as this one; null for what really came. */
  replayOf: number | null
  /** How often this very body came; only messages without a valid signature are counted together. */
  times: number
  result: NotificationResult | null
}

/** An entry as lists show it: without what only its own page needs, so that fifty of them are quickly read. */
export type NotificationLine = Pick<Notification, 'id' | 'receivedAt' | 'replayOf' | 'times'> & {
  result: Pick<
    NotificationResult,
    'verdict' | 'orderId' | 'outTradeNo' | 'transactionId' | 'claimedFen' | 'reply' | 'concludedAt'
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

/** Verdicts after which nothing about the payment could change by a retry. Any other asks WeChat to repeat. */
const SETTLED: readonly Verdict[] = ['applied', 'already', 'stray', 'payment_failed']

export function isSettled(verdict: Verdict): boolean {
  return SETTLED.includes(verdict)
}

/** Verdicts on authentic events that moved nothing and should have: somebody has to look. */
export const TO_LOOK_AT: readonly Verdict[] = ['stray', 'wrong_amount', 'unknown_payment', 'contradicted']

/** Verdicts on messages that WeChat did not sign, so anybody could have sent them in any number. */
export const UNVERIFIED: readonly Verdict[] = ['malformed', 'failed_transport', 'not_ours', 'bad_signature']
