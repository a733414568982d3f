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
] as const

export const FAULT_NAMES = [...CALL_FAULTS, ...DELIVERY_FAULTS] as const
export type FaultName = (typeof FAULT_NAMES)[number]

/** The faults that change what a notification says. */
export const TAMPERINGS = [
  'tamperAmount',
  'tamperSignature',
  'otherMerchant',
  'truncate',
  'doctype',
  'signType',
] as const satisfies FaultName[]
export type Tampering = (typeof TAMPERINGS)[number]
