import type { Team } from '@/db/open'
import type { Role } from '@/lib/shop/audit'
import { cookieName, readCookie, writeCookie } from '@/lib/web/cookie'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { type Auth, SECOND_STEP_COOKIE } from './auth'
import type { Hashing } from './hashing'
import { BROWSER_AGE_SECONDS, BROWSER_COOKIE, knownBrowser, type MarkedAccount, withAccount } from './known-browser'
import type { Attempt, SignInAttempts } from './sign-in-attempts'

/** What signing in needs. */
export type SignInParts = {
  auth: Auth
  hashing: Hashing
  signInAttempts: SignInAttempts
  database: { team: Team }
  /** Key of the proofs by which a browser is known. */
  browserSecret: string
  config: { publicUrl: URL }
}

/** A request to sign in, and where it comes from. */
export type Knock = { request: Request; address: string }

export type SignInResult =
  | { type: 'signed_in'; email: string; role: Role; cookies: string[] }
  /** The password was right, and a code has to follow. */
  | { type: 'code_needed'; cookies: string[] }
  /** Address, password or code is wrong; `isMember` is never told to whoever tries. */
  | { type: 'refused'; email: string; isMember: boolean }
  | { type: 'wait'; minutes: number }
  /** Too long ago, or too many wrong codes: the password is asked for again. */
  | { type: 'expired' }

/** The first step. Whether somebody has this e-mail shows neither in the answer nor in its time. */
export async function signIn(
  parts: SignInParts,
  { email, password }: { email: string; password: string },
  { request, address }: Knock,
): Promise<SignInResult> {
  const { auth, hashing, signInAttempts, database } = parts
  const member = await database.team.find(email)
  const browser = member === null ? null : browserOf(parts, request, member)
  const attempt = signInAttempts.password({ email, address, browser })
  const tryPassword = async (): Promise<SignInResult> => {
    const refusal = await refusalOf(attempt)
    if (refusal !== null) return refusal
    const headers = headersOf(request, address)
    const answer = await auth.api.signInEmail({ body: { email, password }, headers, asResponse: true })
    if (!answer.ok || member === null) return { type: 'refused', email, isMember: member !== null }
    await attempt.succeed()
    const cookies = answer.headers.getSetCookie()
    const { twoFactorRedirect }: { twoFactorRedirect?: unknown } = await answer.json()
    return twoFactorRedirect === true ? { type: 'code_needed', cookies } : welcomed(parts, request, member, cookies)
  }
  if (browser !== null) return hashing.ahead(tryPassword)
  return (await hashing.admit(tryPassword)) ?? { type: 'wait', minutes: 1 }
}

/** The second step: a code that the other device shows now, or one of those that were written down. */
export async function confirmSignIn(
  parts: SignInParts,
  code: string,
  { request, address }: Knock,
): Promise<SignInResult> {
  const { signInAttempts, config } = parts
  const step = readCookie(request, SECOND_STEP_COOKIE, config.publicUrl)
  const member = step === undefined ? null : await findPending(parts, step)
  if (step === undefined || member === null) return { type: 'expired' }
  const attempt = signInAttempts.code({ email: member.email, address, browser: browserOf(parts, request, member) })
  const refusal = await refusalOf(attempt)
  if (refusal !== null) return refusal

  const headers = headersOf(request, address)
  // Only this cookie: somebody else's session in the same browser is not what is confirmed.
  headers.set('cookie', `${cookieName(SECOND_STEP_COOKIE, config.publicUrl)}=${encodeURIComponent(step)}`)
  const answer = await verifyCode(parts, member.id, code, headers)
  if (!answer?.ok) return { type: 'refused', email: member.email, isMember: true }
  await attempt.succeed()
  return welcomed(parts, request, member, answer.headers.getSetCookie())
}

/** The library's answer to a code of either kind; null for one that was used before. */
async function verifyCode(
  { auth, signInAttempts }: SignInParts,
  userId: string,
  text: string,
  headers: Headers,
): Promise<Response | null> {
  const code = text.replace(/\s/g, '')
  if (!/^\d{6}$/.test(code)) {
    return auth.api.verifyBackupCode({ body: { code: recoveryCodeOf(code) }, headers, asResponse: true })
  }
  if (!(await signInAttempts.isFresh(userId, code))) return null
  return auth.api.verifyTOTP({ body: { code }, headers, asResponse: true })
}

/** A written-down code as it was made, however it was copied. */
function recoveryCodeOf(text: string): string {
  const [, head, tail] = /^([a-z\d]{5})-?([a-z\d]{5})$/i.exec(text) ?? []
  return head === undefined ? text : `${head}-${tail}`
}

/** Whose password was right, by the cookie that was given for it. */
async function findPending({ auth, database }: SignInParts, cookie: string) {
  const { internalAdapter } = await auth.$context
  const [identifier = ''] = cookie.split('.')
  const found = await internalAdapter.findVerificationValue(identifier)
  const isOver = found === null || found.expiresAt.getTime() <= Date.now()
  const user = isOver ? null : await internalAdapter.findUserById(found.value)
  return user === null ? null : database.team.find(user.email)
}

async function welcomed(
  parts: SignInParts,
  request: Request,
  member: MarkedAccount & { role: Role },
  cookies: string[],
): Promise<SignInResult> {
  const { email, role } = member
  return { type: 'signed_in', email, role, cookies: [...cookies, rememberBrowser(parts, request, member)] }
}

/** The cookie by which this browser is known for an account from now on. */
export function rememberBrowser(
  { browserSecret, config: { publicUrl } }: Pick<SignInParts, 'browserSecret' | 'config'>,
  request: Request,
  account: MarkedAccount,
): string {
  const known = readCookie(request, BROWSER_COOKIE, publicUrl)
  return writeCookie(BROWSER_COOKIE, withAccount(browserSecret, known, account), BROWSER_AGE_SECONDS, publicUrl)
}

function browserOf({ browserSecret, config }: SignInParts, request: Request, account: MarkedAccount): string | null {
  return knownBrowser(browserSecret, readCookie(request, BROWSER_COOKIE, config.publicUrl), account)
}

/** Counts an attempt; says for how long there is none any more. */
export async function refusalOf(attempt: Attempt): Promise<{ type: 'wait'; minutes: number } | null> {
  const consumed = await attempt.consume()
  return consumed.isAllowed ? null : { type: 'wait', minutes: Math.max(1, Math.ceil(consumed.waitMs / 60_000)) }
}

/** What is kept with a session of where it comes from. */
function headersOf(request: Request, address: string): Headers {
  const userAgent = (request.headers.get('user-agent') ?? '').slice(0, 256)
  return new Headers({ [REMOTE_ADDRESS_HEADER]: address, 'user-agent': userAgent })
}
