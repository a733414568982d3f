/** What can go wrong with a call. */
export const CALL_FAULTS = [
  'latencyMs',
  'dropRequests',
  'dropAnswersAfterCommit',
  'systemError',
  'badAnswerSignature',
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
export const REFUND_FAULTS = [...REFUND_REFUSALS, 'refundDelaySeconds', 'refundClosed', 'refundAbnormal'] as const

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

const TAMPERINGS_OF_ALL = ['tamperAmount', 'tamperSignature', 'otherMerchant', 'truncate', 'doctype'] as const

/** The faults that change what the notification of a payment says, and of a refund, which is encrypted and not signed. */
export const TAMPERINGS = {
  payment: [...TAMPERINGS_OF_ALL, 'signType'],
  refund: [...TAMPERINGS_OF_ALL, 'otherKey', 'truncateEncrypted'],
} as const satisfies Record<string, FaultName[]>
export type PaymentTampering = (typeof TAMPERINGS.payment)[number]
export type RefundTampering = (typeof TAMPERINGS.refund)[number]
export type Tampering = PaymentTampering | RefundTampering
