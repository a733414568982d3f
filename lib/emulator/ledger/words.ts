/** How a merchant speaks to WeChat Pay. */
export const API_VERSIONS = ['v2', 'v3'] as const
export type ApiVersion = (typeof API_VERSIONS)[number]

export const TRADE_TYPES = ['NATIVE', 'APP', 'MWEB', 'JSAPI'] as const
export type TradeType = (typeof TRADE_TYPES)[number]

/** Names and values of HTTP headers, in their order. */
export type HeaderList = [name: string, value: string][]

export const DELIVERY_OUTCOMES = [
  /** Its time has not come, or nobody was there to send it. */
  'waiting',
  'sending',
  /** A fault took it on its way; the merchant knows nothing of it. */
  'lost',
  /** The merchant acknowledged: no more attempts. */
  'accepted',
  /** The merchant asked for a retry. */
  'refused',
  /** An HTTP status that is no success, whatever the body says; redirects are not followed. */
  'http_error',
  /** A reply that is not in the form of the API version. */
  'malformed',
  'timeout',
  'unreachable',
  /** The emulator was stopped while it waited for the reply. */
  'interrupted',
  /** An address that deliveries may not reach: never sent. */
  'refused_address',
] as const
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number]

/** Why a delivery is made: the retry schedule, a fault that doubled it, or somebody's wish. */
export const CAUSES = ['schedule', 'duplicate', 'resend'] as const
export type Cause = (typeof CAUSES)[number]
