/** What can go wrong with a call. */
export const CALL_FAULTS = [
  'latencyMs',
  'dropRequests',
  'dropAnswersAfterCommit',
  'systemError',
  'badAnswerSignature',
  'probeAnswer',
  'outTradeNoUsed',
  'closedNumberUsed',
] as const

/** What can go wrong with a delivery. */
export const DELIVERY_FAULTS = [
  'lose',
  'duplicate',
  'delaySeconds',
  'reorder',
  'beforeAnswer',
  'tamperAmount',
  'tamperSignature',
  'otherMerchant',
  'truncate',
  'doctype',
  'signType',
  'otherKey',
  'truncateEncrypted',
  'probeNotification',
  'expiredTimestamp',
  'unknownSerial',
  'otherEvent',
] as const

/** Why a refund that breaks no rule is not accepted. */
export const REFUND_REFUSALS = [
  'notEnough',
  'needRetry',
  'orderNotReady',
  'frequencyLimited',
  'accountAbnormal',
  'noAuth',
  'certError',
] as const
export type RefundRefusalFault = (typeof REFUND_REFUSALS)[number]

/** What can go wrong with a refund. */
export const REFUND_FAULTS = [
  ...REFUND_REFUSALS,
  'limitedButAccepted',
  'refundDelaySeconds',
  'refundClosed',
  'refundAbnormal',
] as const

/** What can be wrong with a row of a bill. */
export const BILL_ROW_FAULTS = ['billRowMissing', 'billRowTwice', 'billAmountChanged'] as const
export type BillRowFault = (typeof BILL_ROW_FAULTS)[number]

/** What can go wrong with a bill. */
export const BILL_FAULTS = ['billLate', ...BILL_ROW_FAULTS, 'billWrongSummary', 'billCutGzip'] as const

export const FAULT_NAMES = [...CALL_FAULTS, ...DELIVERY_FAULTS, ...REFUND_FAULTS, ...BILL_FAULTS] as const
export type FaultName = (typeof FAULT_NAMES)[number]

/** Those that are given an amount: milliseconds or seconds, as their names say. */
export const FAULTS_WITH_UNIT = ['latencyMs', 'delaySeconds', 'refundDelaySeconds'] as const satisfies FaultName[]
export type FaultWithUnit = (typeof FAULTS_WITH_UNIT)[number]

/** How often: so many times, or with a probability of 0 to 1. */
type Chance = number | { probability: number }
/** How much, and how often; a number alone holds always. */
type Amount = number | { value: number; count: number } | { value: number; probability: number }

/** Faults that are on; a count or a probability of 0 is off. */
export type Switches = { [name in FaultName]?: (name extends FaultWithUnit ? Amount : Chance) | undefined }

/** All faults: those for every order, and under `orders` those for single ones. Equal seeds and calls have equal faults. */
export type FaultSettings = Switches & {
  seed?: string | undefined
  orders?: Record<string, Switches> | undefined
}

const TAMPERINGS_OF_ALL = ['tamperAmount', 'tamperSignature', 'otherMerchant', 'truncate'] as const
const TAMPERINGS_OF_V3 = [
  ...TAMPERINGS_OF_ALL,
  'otherKey',
  'truncateEncrypted',
  'probeNotification',
  'expiredTimestamp',
  'unknownSerial',
  'otherEvent',
] as const

/**
 * The faults that change what a notification says, by API version and by what it is about. In v2 that of a payment is
 * signed, and that of a refund encrypted; in v3 each is both.
 */
export const TAMPERINGS = {
  v2: {
    payment: [...TAMPERINGS_OF_ALL, 'doctype', 'signType'],
    refund: [...TAMPERINGS_OF_ALL, 'doctype', 'otherKey', 'truncateEncrypted'],
  },
  v3: { payment: TAMPERINGS_OF_V3, refund: TAMPERINGS_OF_V3 },
} as const satisfies Record<string, Record<string, readonly FaultName[]>>
export type PaymentTampering = (typeof TAMPERINGS.v2.payment)[number]
export type RefundTampering = (typeof TAMPERINGS.v2.refund)[number]
export type V3Tampering = (typeof TAMPERINGS_OF_V3)[number]
export type Tampering = PaymentTampering | RefundTampering | V3Tampering
