import type { Fen } from './money'
import type { Check, Evidence, ReceivedMessage, Reply, Verdict } from './notification'
import type { Channel, PaidTrade, Payment, Prepay } from './payment'

/** One line of an order, as the buyer's phone may name it. */
type IntendedGoods = { productId: string; name: string; quantity: number; priceFen: Fen }

/** What is asked of WeChat for one payment. */
export type PaymentIntent = {
  outTradeNo: string
  channel: Channel
  amountFen: Fen
  /** What the buyer reads on the phone: the first product stands for all. */
  goods: [IntendedGoods, ...IntendedGoods[]]
  buyer: Buyer
  createdAt: number
  /** Last moment to begin paying, at least five minutes ahead. */
  expiresAt: number
}

/** What the buyer's device needs to begin paying. */
export type Invocation =
  | { channel: 'native'; codeUrl: string }
  | { channel: 'h5'; mwebUrl: string }
  | {
      channel: 'app'
      /** For WeChat's SDK; the names are those that were signed. */
      app: Record<'appid' | 'partnerid' | 'prepayid' | 'package' | 'noncestr' | 'timestamp' | 'sign', string>
    }
  | {
      channel: 'jsapi'
      /** For `WeixinJSBridge` and `wx.requestPayment`. */
      jsapi: Record<'appId' | 'timeStamp' | 'nonceStr' | 'package' | 'signType' | 'paySign', string>
    }

/** Who pays, as far as WeChat wants to know: the device's address, and inside WeChat the payer under our appid. */
export type Buyer = { buyerAddress: string; openid: string | null }

/** `unknown` is all that is not WeChat's signed word: a time-out, a cut answer, a wrong signature. It proves nothing. */
type Unknown = { type: 'unknown'; evidence: Evidence }

export type PrepayAnswer =
  | { type: 'prepaid'; prepay: Prepay; evidence: Evidence }
  /** The number is paid, closed, or was used with other parameters: the order query tells which. */
  | { type: 'number_used'; evidence: Evidence }
  /** WeChat understood and will not: an operator has to look. */
  | { type: 'refused'; code: string; evidence: Evidence }
  | Unknown

export type QueryAnswer =
  | { type: 'paid'; trade: PaidTrade; evidence: Evidence }
  | { type: 'unpaid'; evidence: Evidence }
  | { type: 'closed'; evidence: Evidence }
  /** WeChat does not know the number. */
  | { type: 'missing'; evidence: Evidence }
  | Unknown

export type CloseAnswer =
  | { type: 'closed'; evidence: Evidence }
  /** Too late: there is money. */
  | { type: 'paid'; evidence: Evidence }
  | { type: 'missing'; evidence: Evidence }
  | Unknown

/** A notification as far as the protocol goes: is it well formed, ours, and signed by WeChat? */
export type VerifiedNotification = {
  checks: Check[]
  outTradeNo: string | null
  transactionId: string | null
  /** The amount in fen that the message speaks of, believed or not. */
  claimedFen: number | null
  /** The text that was signed, its key masked. */
  signedText: string | null
  expectedSign: string | null
  receivedSign: string | null
} & (
  | { authentic: false; verdict: Extract<Verdict, 'malformed' | 'failed_transport' | 'not_ours' | 'bad_signature'> }
  | { authentic: true; event: { type: 'paid'; trade: PaidTrade } | { type: 'failed'; code: string } }
)

/**
 * Why a signature is wrong: what its sender did, in the words of logs, pages and translations. Each is said only when
 * it is evident, or when the same mistake made again leads to the very signature that came.
 */
export const SIGNATURE_CAUSES = [
  // Evident
  'sign_missing',
  'sign_empty',
  'unknown_sign_type',
  'unexpected_sign_type',
  'truncated_body',
  // The right text, signed or written otherwise
  'other_sign_type',
  'other_hash',
  'previous_key',
  'sample_key',
  'key_altered',
  'lower_case_sign',
  'spaces_around_sign',
  'base64_sign',
  'cut_sign',
  // Another text
  'empty_included',
  'key_missing',
  'key_first',
  'key_sorted_in',
  'key_misnamed',
  'sign_included',
  'sorted_otherwise',
  'fields_unsorted',
  'names_changed',
  'joined_otherwise',
  // Other values
  'values_trimmed',
  'spaces_lost',
  'line_breaks_changed',
  'number_reformatted',
  'cdata_included',
  'entities_changed',
  'url_encoded',
  'json_rewritten',
  'charset_changed',
  // Changed after it was signed
  'field_added',
  'field_changed',
  'field_removed',
] as const

export type SignatureCause = (typeof SIGNATURE_CAUSES)[number]

/** What the sender did wrong, the field in which if it is one, and the text that was signed, its key masked. */
export type SignatureMistake = { cause: SignatureCause; field: string | null; signedText: string | null }

/** A message taken apart for people. Neither a key nor the right signature of a wrong message is in it. */
export type MessageExplanation = {
  /** Why it is not the XML that WeChat sends, in a word; null when it is. */
  problem: string | null
  /** In the order in which they came, a person's mark cut short; what could be read of a message that was cut. */
  fields: [name: string, value: string][]
  /** How it says that it is signed. */
  signType: string
  /** The text that has to be signed, its key masked; null when the fields are not known for certain. */
  signedText: string | null
  receivedSign: string | null
  isRight: boolean
  mistake: SignatureMistake | null
}

/** One call to WeChat for the log: what was asked and answered, with signatures, keys and people's marks masked. */
export type GatewayCall = {
  at: number
  durationMs: number
  /** WeChat's path, such as `/pay/orderquery`. */
  path: string
  outTradeNo: string | null
  /** `SUCCESS`, WeChat's own error code, or the word for why the answer was not believed. */
  outcome: string
  /** Whether WeChat gave an answer that could be believed, whatever it said. */
  isAnswered: boolean
  request: Record<string, string>
  answer: Record<string, string>
}

/** WeChat Pay as the shop sees it. No method throws because of what WeChat answers, or because it does not answer. */
export interface Gateway {
  /** How this gateway signs; kept with each payment. */
  readonly signType: string

  /** The exact request for a payment, without nonce and signature, to be stored before it is sent. */
  draft(intent: PaymentIntent): string

  /** Whether a payment's stored request was made for this buyer; some channels are bound to one. */
  isFor(payment: Payment, buyer: Buyer): boolean

  /**
   * What the buyer's device needs, signed anew for this moment; null before WeChat prepared the payment. `returnUrl` is
   * where a phone's browser comes back to.
   */
  invocation(payment: Payment, returnUrl: string): Invocation | null

  /** Sends a payment's stored request; may be repeated, and is then answered as the first time. */
  prepay(payment: Payment): Promise<PrepayAnswer>

  /** Asks what became of a payment. `msMax` bounds the whole call, in milliseconds. */
  query(payment: Pick<Payment, 'outTradeNo' | 'signType'>, msMax?: number): Promise<QueryAnswer>

  /** Asks WeChat never to take money for this payment. */
  close(payment: Pick<Payment, 'outTradeNo' | 'signType'>): Promise<CloseAnswer>

  /** Reads and checks a received message. `signTypeOf` tells how a payment of ours is signed, null for an unknown one. */
  verifyNotification(
    message: ReceivedMessage,
    signTypeOf: (outTradeNo: string) => Promise<string | null>,
  ): Promise<VerifiedNotification>

  /** Takes a message apart, and finds out why its signature is wrong. Acts on nothing, keeps nothing. */
  explain(body: Uint8Array, signTypeOf: (outTradeNo: string) => Promise<string | null>): Promise<MessageExplanation>

  /** The words that end WeChat's retries, or ask for another one. */
  writeReply(reply: Reply): { contentType: string; body: string }
}
