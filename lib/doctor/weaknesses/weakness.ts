/** What is wrong with a receiver, in the words of whoever has to mend it. */
export type Weakness = {
  title: string
  costs: string
  rule: string
  source: string
  mend: string
  /** What also explains it: then it is not named for itself. */
  impliedBy?: readonly string[]
}

// The documentation's pages, as sources of the rules.
export const NOTICE_V2 = 'API v2, payment notification'
export const RULES_V2 = 'API v2, security rules'
export const NOTICE_V3 = 'API v3, notifications'
export const VERIFY_V3 = 'API v3, verification rules'
export const GUIDE = 'WeChat Pay, callback and query guide'
