/**
 * What an error code means for whoever sent the request: the very same again after a while, never again, again once an
 * operator has done something at WeChat or in the settings, or not before this program is mended.
 */
export type Meaning = 'retryable' | 'final' | 'operator' | 'bug'

/** API v3, error codes; their texts are for logs only, one code has many. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['SYSTEM_ERROR', 'retryable'],
  ['SERVICE_UNAVAILABLE', 'retryable'],
  ['FREQUENCY_LIMITED', 'retryable'],
  ['RATELIMIT_EXCEEDED', 'retryable'],
  // No bill yet.
  ['STATEMENT_CREATING', 'retryable'],
  ['NO_STATEMENT_EXIST', 'final'],
  // Business rules.
  ['INVALID_REQUEST', 'final'],
  ['ORDER_CLOSED', 'final'],
  ['ORDER_PAID', 'final'],
  ['ORDER_NOT_EXIST', 'final'],
  ['OUT_TRADE_NO_USED', 'final'],
  ['RESOURCE_NOT_EXISTS', 'final'],
  ['RULE_LIMIT', 'final'],
  ['TRADE_ERROR', 'final'],
  ['TRADE_OVERDUE', 'final'],
  // The buyer's account is closed: somebody has to find another way.
  ['USER_ACCOUNT_ABNORMAL', 'final'],
  ['NOT_ENOUGH', 'operator'],
  ['NO_AUTH', 'operator'],
  ['MCH_NOT_EXISTS', 'operator'],
  ['APPID_MCHID_NOT_MATCH', 'operator'],
  // Key, serial or clock.
  ['SIGN_ERROR', 'operator'],
  ['PARAM_ERROR', 'bug'],
  ['REFUND_FEE_MISMATCH', 'bug'],
])

/** What a failure means. Of a code that nobody has read about its status tells; nothing is given up because of one. */
export function meaningOf(errCode: string, status: number): Meaning {
  return MEANINGS.get(errCode) ?? (status === 429 || status >= 500 ? 'retryable' : 'bug')
}
