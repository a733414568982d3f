import type { EndedRefundRecord, PaidTradeRecord } from './api/notifications'
import type { ClientCertificate } from './caller'
import type { CallExplanation, CallWarning } from './explanation'
import type { Tampering } from './fault-names'
import type { Chances } from './faults'
import type { ExpectedInvocation, Finding, InvocationKind } from './invocation'
import type { RefundKey } from './ledger/refund-schema'
import type { DeliveryOutcome, HeaderList, NotificationRecord, TradeRecord } from './ledger/schema'
import type { WeChat } from './wechat'

/** A call to one of WeChat Pay's own addresses, as it came in. */
export type IncomingCall = {
  method: string
  /** Below the address where the emulator is mounted, without a query. */
  path: string
  /** The query with its question mark; empty without one. */
  search: string
  /** Path and query as they were sent. */
  target: string
  headers: Headers
  bytes: Uint8Array
  certificate: ClientCertificate
  /** Address at which a browser on the caller's side finds this emulator, without a slash at its end. */
  baseUrl: string
}

/** What a call is answered with. */
export type CallAnswer = {
  status: number
  /** Null when there is no body. */
  contentType: string | null
  /** Further headers of the answer. */
  headers: HeaderList
  /** What people read of it; of a file all that stands in it, however it is packed. */
  body: string
  /** What leaves, when that is not the text itself. */
  bytes?: Uint8Array | undefined
  /** SUCCESS, or the code or text of the refusal: one word or sentence for the ledger. */
  outcome: string
  /** Why it was refused; null when it was not. */
  explanation: CallExplanation | null
  warnings: CallWarning[]
  /** Set when the buyer can pay from now on. */
  prepayId?: string | undefined
  /** Set when a refund was accepted. */
  refund?: RefundKey | undefined
}

/** The numbers that a call names: what it is about. */
export type NamedNumbers = {
  mchId: string
  transactionId?: string | undefined
  outTradeNo?: string | undefined
  refundId?: string | undefined
  outRefundNo?: string | undefined
}

/** A call that was read as far as anything can be read in it; nothing about it was checked. */
type ReadCall = {
  /** The order that it names has faults of its own. */
  numbers: NamedNumbers
  answer: (wechat: WeChat, chances: Chances) => CallAnswer
}

/** What a merchant's reply to a notification says. */
type NotificationReply = { outcome: DeliveryOutcome; replyCode: string | null }

/** A call or a notification as it was on the wire. */
export type WireMessage = { method: string; target: string; headers: HeaderList; bytes: Uint8Array }

/** A message for people to read. */
export type DescribedMessage = {
  fields: Record<string, string>
  /** The text that is signed, its key masked. */
  signedText: string
  /** What it says of itself; empty where it says nothing. */
  merchant: string
  signType: string
  signature: string
  /** What stands in its encrypted part, null when no key opens that; undefined when nothing is encrypted. */
  sealed?: Record<string, string> | null
}

/** What a notification is made with. */
export type WritingWeChat = Pick<WeChat, 'accounts' | 'keys' | 'random' | 'clock'>

/** One API version of WeChat Pay: how it is called, and how it notifies. What is done is the same for all, in `api`. */
export type Protocol = {
  /** Its addresses, as patterns of the router. */
  paths: readonly string[]
  /** The same for people to read. */
  addresses: readonly string[]
  /** What has to be there before a call can be answered. */
  prepare: (call: IncomingCall, wechat: WeChat) => Promise<void>
  read: (call: IncomingCall) => ReadCall
  /** What is answered when the emulator itself failed. */
  internalError: CallAnswer
  /** Takes a call or a notification apart, opened with the keys of all accounts; null when it is none. */
  describe: (message: WireMessage, wechat: WeChat) => DescribedMessage | null
  /** The set that an app or a page hands to the phone. */
  invocation: {
    check: (
      kind: InvocationKind,
      received: Record<string, unknown>,
      expected: ExpectedInvocation,
      wechat: Pick<WeChat, 'keys'>,
    ) => Finding[]
    /** The text that the second signature has to be made of, its key masked. */
    signedTextOf: (kind: InvocationKind, received: Record<string, unknown>) => string
  }
  notifications: {
    /** The notification that a trade was paid. */
    writePayment: (trade: PaidTradeRecord, wechat: WritingWeChat) => string
    /** The notification of how a refund ended. */
    writeRefund: (subject: { refund: EndedRefundRecord; trade: PaidTradeRecord }, wechat: WritingWeChat) => string
    /**
     * One attempt as it leaves, with its headers besides those that every POST has: true, or changed in one way.
     */
    writeAttempt: (
      notification: NotificationRecord,
      trade: TradeRecord,
      how: { tampering: Tampering | undefined; wechat: WritingWeChat },
    ) => { body: string; headers: HeaderList }
    /** @param bytes null when there were too many to read */
    readReply: (status: number, bytes: Uint8Array | null) => NotificationReply
  }
}
