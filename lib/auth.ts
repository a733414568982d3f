import { betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import type { OpenedDatabase } from '@/db/open'
import type { Config } from './config'
import { REMOTE_ADDRESS_HEADER } from './http'

const HOUR = 3600

/** Sign-in of admins: e-mail and password, sessions in the store so that they can be revoked. Nobody can sign up. */
export function openAuth({ db, schema }: OpenedDatabase['auth'], secret: string, { publicUrl, ...config }: Config) {
  return betterAuth({
    appName: 'wechat-pay-shop',
    baseURL: publicUrl.origin,
    basePath: '/api/auth',
    secret,
    database: drizzleAdapter(db, { provider: 'sqlite', schema }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { expiresIn: 12 * HOUR, updateAge: HOUR },
    user: { additionalFields: { role: { type: 'string', required: true, defaultValue: 'viewer', input: false } } },
    rateLimit: {
      enabled: config.hasRateLimits,
      storage: 'database',
      customRules: { '/sign-in/email': { window: 15 * 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: 'shop',
      useSecureCookies: publicUrl.protocol === 'https:',
      ipAddress: { ipAddressHeaders: [REMOTE_ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

export type Auth = ReturnType<typeof openAuth>

/** Makes the first admin if there is none yet. `isNew` says so, and then only is the password ever to be seen. */
export async function ensureFirstAdmin(
  auth: Auth,
  chosen: { email: string; password: string },
): Promise<{ isNew: boolean }> {
  const { internalAdapter, password } = await auth.$context
  if ((await internalAdapter.countTotalUsers()) > 0) return { isNew: false }
  const user = await internalAdapter.createUser(
    { email: chosen.email.toLowerCase(), name: 'Admin', emailVerified: true, role: 'operator' },
    { method: 'email-password' },
  )
  const hash = await password.hash(chosen.password)
  await internalAdapter.linkAccount({ userId: user.id, accountId: user.id, providerId: 'credential', password: hash })
  return { isNew: true }
}
