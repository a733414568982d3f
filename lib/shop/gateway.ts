import type { Day } from './beijing'
import type { BillAnswer, BillKey, BillReading, BillRow, BillTotals, FlowRow, FundFlowTotals } from './bill'
import type { Evidence, SaidFields } from './evidence'
import type { Fen } from './money'
import type { Check, NotificationKind, ReceivedMessage, Reply, VerdictWith } from './notification'
import type { ApiVersion, Channel, PaidTrade, Payment, Prepay } from './payment'
import type { FoundRefund, Refund } from './refund'

/** One line of an order, as the buyer's phone may name it. */
type IntendedGoods = { productId: string; name: string; quantity: number; priceFen: Fen }

/** What WeChat is told to open one payment. */
export type PaymentIntent = {
  outTradeNo: string
  channel: Channel
  amountFen: Fen
  /** What the buyer reads on the phone: the first product stands for all. */
  goods: [IntendedGoods, ...IntendedGoods[]]
  buyer: Buyer
  createdAt: number
  /** Last moment to begin paying, at least ten minutes ahead. */
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
  /** `isRefunded`: since then all of it went back, or a part. */
  | { type: 'paid'; trade: PaidTrade; isRefunded: boolean; evidence: Evidence }
  /** Money was paid for this number and went back, all of it or a part, and WeChat says no more about it. */
  | { type: 'refunded'; evidence: Evidence }
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

/** What is kept with a payment, because everything about it goes on as it began: the API, its signature, the request. */
type PaymentDraft = Pick<Payment, 'apiVersion' | 'signType' | 'request'>

/** By what WeChat knows a payment, and how it is asked about it; its own number is known once there is money. */
export type PaymentNumber = Pick<Payment, 'apiVersion' | 'signType' | 'outTradeNo'> &
  Partial<Pick<Payment, 'transactionId'>>

/** What WeChat is told to send back, of one payment. */
export type RefundIntent = Pick<
  Refund,
  'outRefundNo' | 'outTradeNo' | 'transactionId' | 'amountFen' | 'paidFen' | 'reason'
>

/** What is kept with a refund from its first request on. */
type RefundDraft = Pick<Refund, 'apiVersion' | 'signType' | 'request'>

/** By what WeChat knows a refund, and how it is asked about it. */
export type RefundNumber = Pick<Refund, 'apiVersion' | 'signType' | 'outRefundNo'>

/** Why no refund can be asked for: those of v2 need the merchant's certificate, and all of them their API's settings. */
export type RefundsOff = 'no_certificate' | 'certificate_expired' | 'not_configured'

export type RefundAnswer =
  /** Taken on, which is no end. Repeated, the same number is answered the same. */
  | { type: 'accepted'; refundId: string; evidence: Evidence }
  /** Against WeChat's rules: repeating it changes nothing. */
  | { type: 'refused'; code: string; evidence: Evidence }
  /**
   * Not taken on now, and the identical request may be: by itself, once an operator did something at WeChat (balance,
   * certificate, permission), or once a mistake in this program is mended.
   */
  | { type: 'delayed'; code: string; waitsFor: 'time' | 'operator' | 'developer'; evidence: Evidence }
  | Unknown

export type RefundQueryAnswer =
  | { type: 'found'; refunds: FoundRefund[]; evidence: Evidence }
  /** WeChat has no such refund: it was never taken on, and the identical request is repeated. */
  | { type: 'missing'; evidence: Evidence }
  | Unknown

/** The API cannot be asked. */
type Unlisted = { type: 'unlisted' }

/** Refunds as the shop sees them at WeChat Pay. */
export interface RefundGateway {
  /** Null while refunds can be asked for. */
  whyNoRefunds(apiVersion: ApiVersion): RefundsOff | null

  /** How a refund is asked for from its first request on, to be stored before that is sent. */
  draftRefund(apiVersion: ApiVersion, intent: RefundIntent): RefundDraft

  /** Sends a refund's stored request; may be repeated, and refunds once. */
  refund(refund: Refund): Promise<RefundAnswer>

  /** Asks what became of a refund. `msMax` bounds the whole call, in milliseconds. */
  queryRefund(refund: RefundNumber, msMax?: number): Promise<RefundQueryAnswer>

  /** All refunds of a payment, also those that were made in WeChat's console; API v3 knows no such list. */
  listRefunds(payment: PaymentNumber, msMax?: number): Promise<RefundQueryAnswer | Unlisted>
}

/** Bills as the shop has them from WeChat Pay, and reads them. */
export interface BillGateway {
  /** The merchant whose bills they are. */
  readonly mchId: string

  /** Null while fund-flow bills can be had. */
  whyNoFundFlow(): RefundsOff | null

  /**
   * Downloads a bill: `take` is handed its bytes as they come, uncompressed, which are worth nothing unless the answer is
   * `file`. Throws only what `take` throws.
   */
  downloadBill(bill: BillKey, take: (bytes: Uint8Array) => Promise<void>): Promise<BillAnswer>

  /** Reads a trade bill of this merchant; `take` is handed its rows, some hundred at a time. */
  readTradeBill(
    day: Day,
    source: AsyncIterable<Uint8Array>,
    take: (rows: BillRow[]) => Promise<void>,
  ): Promise<BillReading<BillTotals>>

  /** Reads a fund-flow bill in the same way; `take` is handed what payments and refunds moved. */
  readFundFlowBill(
    day: Day,
    source: AsyncIterable<Uint8Array>,
    take: (rows: FlowRow[]) => Promise<void>,
  ): Promise<BillReading<FundFlowTotals>>

  /** How WeChat is queried about a number that nobody here knows, and that only a bill names. */
  numberOf(outTradeNo: string): PaymentNumber
}

/** What a message says about itself, for somebody who wants to understand it. */
export type UnverifiedMessage = Pick<ReceivedMessage, 'apiVersion' | 'headers' | 'body'> & {
  /** When it came; left out of what never came here. */
  receivedAt?: number
}

export type WrittenReply = { status: number; contentType: string; body: string }

/** The payment that a message speaks of, by the numbers in it. */
export type Subject = { outTradeNo: string; transactionId: string | null }

/** Tells how the payment that a message speaks of is signed; null when it is none of ours. */
export type FindSignType = (subject: Subject) => Promise<string | null>

/** A notification as far as the protocol goes: is it well formed, ours, and signed by WeChat? */
export type VerifiedNotification = {
  checks: Check[]
  kind: NotificationKind | null
  outTradeNo: string | null
  transactionId: string | null
  /** The refund that the message speaks of; null when it speaks of a payment. */
  outRefundNo: string | null
  /** The amount in fen that the message speaks of, believed or not. */
  claimedFen: number | null
  /** The text that was signed, its key masked. */
  signedText: string | null
  expectedSign: string | null
  receivedSign: string | null
} & ({ authentic: false; verdict: VerdictWith<{ isAuthentic: false }> } | { authentic: true; event: NotifiedEvent })

/** What a notification tells of. It is a hint: only what WeChat answers to a query of ours is acted on. */
type NotifiedEvent =
  | { type: 'paid'; trade: PaidTrade }
  | { type: 'failed'; code: string }
  /** A refund that came to an end, which is never `processing`. */
  | { type: 'refund'; found: FoundRefund }
  /** Something that this shop does not know of; there is nothing to do about it. */
  | { type: 'other'; name: string }

/** What the sender did wrong, in a word of the protocol, the field in which if it is one, and the text that was signed, its key masked. */
export type SignatureMistake = { cause: string; field: string | null; signedText: string | null }

/** A message taken apart for people, with what is encrypted in it. Neither a key nor the right signature of a wrong message is in it. */
export type MessageExplanation = {
  /** Whose words its mistake is told in. */
  apiVersion: ApiVersion
  /** Why it is not what WeChat sends, in a word; null when it is. */
  problem: string | null
  /** In the order in which they came, a person's mark cut short; what could be read of a message that was cut. */
  fields: [name: string, value: string][]
  /** Whether it is a refund notice, which is not signed: what matters is whether it opens. */
  isSealed: boolean
  /** How it says that it is signed. */
  signType: string
  /** The text that has to be signed, its key masked; null when the fields are not known for certain. */
  signedText: string | null
  receivedSign: string | null
  isRight: boolean
  mistake: SignatureMistake | null
}

/** What somebody pasted who wants to know why its signature is wrong: a request, an answer or notification, or a set for the phone. */
export type PastedMessage = {
  kind: 'request' | 'message' | 'invocation'
  method: string
  url: string
  /** A line each, as they are copied out of a log. */
  headers: string
  body: string
  /** A public key or certificate to verify with; empty for the shop's. */
  publicKey: string
}

/** Why a pasted message is not looked at. */
export type PastedProblem = 'private_key' | 'not_a_public_key' | 'no_json'

export type ExplainedPasted = { ok: true; explanation: MessageExplanation } | { ok: false; problem: PastedProblem }

/** One call to WeChat for the log: what was asked and answered, with signatures, keys and people's marks masked. */
export type GatewayCall = {
  at: number
  durationMs: number
  /** WeChat's path, such as `/pay/orderquery`. */
  path: string
  outTradeNo: string | null
  outRefundNo: string | null
  /** `SUCCESS`, WeChat's own error code, or the word for why the answer was not believed. */
  outcome: string
  /** Whether WeChat gave an answer that could be believed, whatever it said. */
  isAnswered: boolean
  request: SaidFields
  answer: SaidFields
}

/** WeChat Pay as the shop sees it. No method throws because of what WeChat answers, or because it does not answer. */
export interface Gateway extends RefundGateway, BillGateway {
  /** Has an abnormal refund paid to the merchant's own bank card; only API v3 knows such a call. Accepted is no end. */
  rerouteRefund(refund: Refund): Promise<RefundAnswer>

  /** How a payment is asked for from its first request on, to be stored before that is sent. */
  draft(intent: PaymentIntent): PaymentDraft

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
  query(payment: PaymentNumber, msMax?: number): Promise<QueryAnswer>

  /** Closes a payment at WeChat, which then never takes money for it. */
  close(payment: PaymentNumber): Promise<CloseAnswer>

  /**
   * What proves that a message for this shop was made with its key, the same for all that say the same; null when nothing
   * does. A look in memory that knows no orders: whether the message is right, only `verifyNotification` says.
   */
  proofOf(message: ReceivedMessage): string | null

  /** Reads and checks a received message. */
  verifyNotification(message: ReceivedMessage, signTypeOf: FindSignType): Promise<VerifiedNotification>

  /** Takes a message apart, and finds out why its signature is wrong. Acts on nothing, keeps nothing. */
  explain(message: UnverifiedMessage, signTypeOf: FindSignType): Promise<MessageExplanation>

  /** The same for what was pasted, of the newer API. */
  explainPasted(pasted: PastedMessage): Promise<ExplainedPasted>

  /** Renews in time what messages of WeChat are verified with. Costs nothing while there is nothing to do. */
  keepFresh(): Promise<void>

  /** What ends WeChat's retries, or asks for another one. */
  writeReply(apiVersion: ApiVersion, reply: Reply): WrittenReply
}
