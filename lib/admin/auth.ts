import { betterAuth } from 'better-auth'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { twoFactor } from 'better-auth/plugins'
import type { Accounts } from '@/db/open'
import type { Config } from '@/lib/config'
import { cookieName } from '@/lib/web/cookie'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import type { Hashing } from './hashing'
import { PASSWORD_LENGTH } from './passwords'

/** A session ends when it was not used for so long, and at the latest so long after it began. */
export const IDLE_MS_MAX = 30 * 60_000
export const SESSION_MS_MAX = 12 * 3_600_000

/** After the password, the second step has to follow in this time. */
const SECOND_STEP_SECONDS = 10 * 60
/** Cookie that says whose password was right. */
export const SECOND_STEP_COOKIE = 'second_step'
const RECOVERY_CODES = 10

/** Sign-in of admins: e-mail and password, sessions in the store so that they can be revoked. Nobody can sign up. */
export function openAuth(accounts: Accounts, secret: string, { publicUrl }: Config, hashing: Hashing) {
  const isHttps = publicUrl.protocol === 'https:'
  const nameOf = (name: string) => ({ name: cookieName(name, publicUrl) })
  return betterAuth({
    appName: 'wechat-pay-shop',
    baseURL: publicUrl.origin,
    basePath: '/api/auth',
    secret,
    database: accounts,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: {
        hash: (password) => hashing.run(() => hashPassword(password)),
        verify: (both) => hashing.run(() => verifyPassword(both)),
      },
    },
    // Pages cannot set cookies, so the cookie lasts as long as a session can; being idle is looked at by `findAdmin`.
    session: { expiresIn: SESSION_MS_MAX / 1_000, disableSessionRefresh: true },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'viewer', input: false } } },
    plugins: [
      twoFactor({
        issuer: publicUrl.host,
        twoFactorCookieMaxAge: SECOND_STEP_SECONDS,
        backupCodeOptions: { amount: RECOVERY_CODES, storeBackupCodes: 'encrypted' },
        // Counted in sign-in-attempts.ts, which a clock that was wrong for a while does not make wait for days.
        accountLockout: { enabled: false },
      }),
    ],
    // Counted in sign-in-attempts.ts: behind a proxy all the world may be one address.
    rateLimit: { enabled: false },
    advanced: {
      cookies: {
        session_token: nameOf('session'),
        session_data: nameOf('session_data'),
        account_data: nameOf('account_data'),
        dont_remember: nameOf('dont_remember'),
        two_factor: nameOf(SECOND_STEP_COOKIE),
        trust_device: nameOf('trust_device'),
      },
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isHttps },
      ipAddress: { ipAddressHeaders: [REMOTE_ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

export type Auth = ReturnType<typeof openAuth>
