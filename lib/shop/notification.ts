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

/** One step of the judgement, in the order in which it was taken. */
export type Check = { name: CheckName; passed: boolean; detail: string | null }

/** A message exactly as it came. */
export type ReceivedMessage = { remoteAddress: string; headers: Record<string, string>; body: Uint8Array }

/** What is written down about a message once it has been judged. */
export type Conclusion = {
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
  reply: 'thanks' | 'again'
  concludedAt: number
}

/** One entry of the notification log. `verdict` is null from the moment of its arrival until it has been judged. */
export type Notification = ReceivedMessage & {
  id: number
  receivedAt: number
  bodySha256: string
  /** The entry that an admin had judged again as this one; null for what really came. */
  replayOf: number | null
  /** How often this very body came; only messages without a valid signature are counted together. */
  times: number
  conclusion: Conclusion | null
}

/** Verdicts after which nothing about the payment could change by a repetition. Any other asks WeChat to repeat. */
const SETTLED: readonly Verdict[] = ['applied', 'already', 'stray', 'payment_failed']

export function isSettled(verdict: Verdict): boolean {
  return SETTLED.includes(verdict)
}

/** Verdicts on messages that WeChat did not sign, so anybody could have sent them in any number. */
export const UNVERIFIED: readonly Verdict[] = ['malformed', 'failed_transport', 'not_ours', 'bad_signature']
