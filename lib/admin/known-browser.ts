import { randomBytes } from 'node:crypto'
import { isProofOf, proofOf } from '@/lib/web/signed-value'

/** Cookie of a browser in which somebody has signed in: `name.proof` pairs joined by `|`, one for each account. */
export const BROWSER_COOKIE = 'browser'
export const BROWSER_AGE_SECONDS = 365 * 24 * 3600

/** So many accounts are known in one browser. */
const ACCOUNTS_MAX = 5
const PURPOSE = 'browser'

/**
 * An account as its browsers know it. The mark changes with the password: who learned an old one, and signed in with it as
 * often as they liked, has won nothing.
 */
export type MarkedAccount = { email: string; passwordMark: string }

const textOf = ({ email, passwordMark }: MarkedAccount, name: string) => `${name} ${passwordMark} ${email}`

/** The name under which a browser is known for an account; null when nobody has signed in to it there. */
export function knownBrowser(secret: string, cookie: string | undefined, account: MarkedAccount): string | null {
  const pairs = pairsOf(cookie)
  return pairs.find(([name, proof]) => isProofOf(secret, PURPOSE, textOf(account, name), proof))?.[0] ?? null
}

/** The cookie's text after somebody has signed in to an account: it is known from now on, others stay so. */
export function withAccount(secret: string, cookie: string | undefined, account: MarkedAccount): string {
  const own = knownBrowser(secret, cookie, account) ?? randomBytes(16).toString('base64url')
  const others = pairsOf(cookie).filter(([name]) => name !== own)
  const pairs = [[own, proofOf(secret, PURPOSE, textOf(account, own))], ...others.slice(0, ACCOUNTS_MAX - 1)]
  return pairs.map((pair) => pair.join('.')).join('|')
}

function pairsOf(cookie: string | undefined): [name: string, proof: string][] {
  return (cookie ?? '')
    .split('|')
    .slice(0, ACCOUNTS_MAX)
    .map((pair) => pair.split('.'))
    .flatMap(([name, proof]) => (name && proof ? [[name, proof]] : []))
}
