import { betterAuth } from 'better-auth'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Accounts, Team } from '@/db/open'
import type { Config } from '@/lib/config'
import { cookieName } from '@/lib/web/cookie'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'

/** A session ends when it was not used for so long, and at the latest so long after it began. */
export const IDLE_MS_MAX = 30 * 60_000
export const SESSION_MS_MAX = 12 * 3_600_000

/** Each hash takes a good deal of memory; more at once would let strangers use it all up. */
const HASHES_MAX = 2

export const PASSWORD_LENGTH_MIN = 12

/** Sign-in of admins: e-mail and password, sessions in the store so that they can be revoked. Nobody can sign up. */
export function openAuth(accounts: Accounts, secret: string, { publicUrl }: Config) {
  const isHttps = publicUrl.protocol === 'https:'
  const inTurn = turns(HASHES_MAX)
  return betterAuth({
    appName: 'wechat-pay-shop',
    baseURL: publicUrl.origin,
    basePath: '/api/auth',
    secret,
    database: accounts,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH_MIN,
      maxPasswordLength: 128,
      password: {
        hash: (password) => inTurn(() => hashPassword(password)),
        verify: (both) => inTurn(() => verifyPassword(both)),
      },
    },
    // Pages cannot set cookies, so the cookie lasts as long as a session can; being idle is looked at by `findAdmin`.
    session: { expiresIn: SESSION_MS_MAX / 1_000, disableSessionRefresh: true },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'viewer', input: false } } },
    // Counted by account in sign-in-attempts.ts: behind a proxy all the world may be one address.
    rateLimit: { enabled: false },
    advanced: {
      cookies: { session_token: { name: cookieName('session', publicUrl) } },
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isHttps },
      ipAddress: { ipAddressHeaders: [REMOTE_ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

export type Auth = ReturnType<typeof openAuth>

/** Lets so many run at once; the others wait for their turn. */
function turns(runningMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    while (running >= runningMax) await new Promise<void>((resolve) => waiting.push(resolve))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}

/** Makes the first admin if there is none yet. `isNew` says so, and then only is the password ever to be seen. */
export async function ensureFirstAdmin(
  { auth, database: { team } }: { auth: Auth; database: { team: Team } },
  chosen: { email: string; password: string },
): Promise<{ isNew: boolean }> {
  if ((await team.list()).length > 0) return { isNew: false }
  const passwordHash = await (await auth.$context).password.hash(chosen.password)
  const email = chosen.email.toLowerCase()
  return { isNew: await team.add({ email, role: 'operator', passwordHash, at: Date.now() }) }
}
