import { inspect } from 'node:util'
import { z } from 'zod'
import { isLoopback } from './net/address'
import { DEMO_ACCOUNT } from './wechat/demo-account'

/** A text that shows itself to nobody: not in a log, not as JSON, not in an error. */
class Secret {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  reveal(): string {
    return this.#text
  }
  toJSON(): string {
    return '***'
  }
  toString(): string {
    return '***'
  }
  [inspect.custom](): string {
    return '***'
  }
}

export type Config = {
  port: number
  /** Address to listen on. */
  host: string
  /** How WeChat and browsers reach the shop; only its origin. */
  publicUrl: URL
  databaseUrl: string
  payments: 'emulator' | 'wechat'
  /** Base address of WeChat Pay; null stands for the built-in emulator. */
  apiBase: URL | null
  account: {
    appid: string
    mchId: string
    apiKey: Secret
    /** The key before this one, only to recognise what it signed. */
    previousApiKey: Secret | null
    signType: 'MD5' | 'HMAC-SHA256'
  }
  /** WeChat's page authorization, which the jsapi channel needs; null addresses stand for the emulator's. */
  authorization: { authorizeUrl: string | null; tokenUrl: string | null; appSecret: Secret | null }
  logLevel: string
  orderTtlMs: number
  /** What bounds the messages in the log that WeChat did not sign. */
  logLimits: { entriesMax: number; bytesMax: number }
  hasRateLimits: boolean
  /** Addresses of proxies whose forwarding headers are believed. */
  trustedProxies: string[]
  /** The first admin, if the operator chose one; otherwise it is generated at the first start. */
  admin: { email: string; password: Secret } | null
  /** The emulator in use, and where its phone is; null with the real WeChat Pay. */
  emulator: { databaseUrl: string; isOpen: boolean; phonePath: string } | null
}

const WECHAT_API = 'https://api.mch.weixin.qq.com'

const text = z.string().trim().min(1)
const whole = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max))
const origin = text.refine((value) => {
  const url = URL.parse(value)
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === ''
  )
}, 'must be an http or https address without a path')
const file = text.refine((value) => value.startsWith('file:') && value.length > 5, 'must be file:<path>')

const address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })

const apiKey = z.string().regex(/^[\x21-\x7e]{32}$/, 'must have exactly 32 characters')

const environment = z.object({
  PORT: whole(1, 65_535).default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: file.default('file:./data/shop.db'),
  PAYMENTS: z.enum(['emulator', 'wechat'], 'must be set to emulator or wechat'),
  WXPAY_API_BASE: address.optional(),
  WXPAY_APPID: text.max(32).optional(),
  WXPAY_MCHID: text.max(32).optional(),
  WXPAY_API_KEY: apiKey.optional(),
  WXPAY_PREVIOUS_API_KEY: apiKey.optional(),
  WXPAY_APP_SECRET: z
    .string()
    .regex(/^\w{32}$/, 'must have exactly 32 letters and digits')
    .optional(),
  WECHAT_AUTHORIZE_URL: address.optional(),
  WECHAT_TOKEN_URL: address.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  WXPAY_SIGN_TYPE: z.enum(['MD5', 'HMAC-SHA256'], 'must be MD5 or HMAC-SHA256').default('MD5'),
  ORDER_TTL_MINUTES: whole(5, 24 * 60).default(30),
  LOG_ENTRIES_MAX: whole(100, 1_000_000).default(10_000),
  LOG_MEGABYTES_MAX: whole(1, 10_000).default(200),
  RATE_LIMITS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  TRUSTED_PROXIES: z.string().default(''),
  ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(128).optional(),
  EMULATOR_DATABASE_URL: file.default('file:./data/emulator.db'),
  EMULATOR_OPEN: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
})
type Environment = z.infer<typeof environment>

/** Reads the whole environment at once; each problem is a sentence that begins with the variable's name. */
export function readConfig(
  variables: Record<string, string | undefined>,
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  // An empty variable is how shells and container files say "not set".
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`) }
  }
  const problems = [...accountProblems(parsed.data), ...emulatorProblems(parsed.data), ...adminProblems(parsed.data)]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: toConfig(parsed.data) }
}

function accountProblems(env: Environment): string[] {
  if (env.PAYMENTS === 'emulator') return []
  const demo = { WXPAY_APPID: DEMO_ACCOUNT.appid, WXPAY_MCHID: DEMO_ACCOUNT.mchId, WXPAY_API_KEY: DEMO_ACCOUNT.apiKey }
  const missing = Object.keys(demo).filter((name) => env[name as keyof typeof demo] === undefined)
  const refused = Object.entries({ ...demo, WXPAY_PREVIOUS_API_KEY: DEMO_ACCOUNT.apiKey }).filter(
    ([name, demoValue]) => env[name as keyof typeof env] === demoValue,
  )
  return [
    ...missing.map((name) => `${name} must be set when PAYMENTS=wechat`),
    ...refused.map(([name]) => `${name} is the public demo account's and is refused when PAYMENTS=wechat`),
  ]
}

function emulatorProblems(env: Environment): string[] {
  if (env.PAYMENTS === 'wechat') {
    return env.RATE_LIMITS === 'off' ? ['RATE_LIMITS can be off only when PAYMENTS=emulator'] : []
  }
  const problems: string[] = []
  if (!isLoopback(env.HOST) && env.EMULATOR_OPEN !== '1') {
    problems.push('HOST is reachable from outside: the emulator and its public account need EMULATOR_OPEN=1 for that')
  }
  if (env.WXPAY_API_BASE !== undefined && /(^|\.)qq\.com$/.test(new URL(env.WXPAY_API_BASE).hostname)) {
    problems.push('WXPAY_API_BASE is the real WeChat Pay, which needs PAYMENTS=wechat')
  }
  return problems
}

function adminProblems(env: Environment): string[] {
  if ((env.ADMIN_EMAIL === undefined) === (env.ADMIN_PASSWORD === undefined)) return []
  const missing = env.ADMIN_EMAIL === undefined ? 'ADMIN_EMAIL' : 'ADMIN_PASSWORD'
  return [`${missing} must be set too: the first admin needs both ADMIN_EMAIL and ADMIN_PASSWORD`]
}

function authorizationOf(env: Environment): Config['authorization'] {
  const isReal = env.PAYMENTS === 'wechat'
  const secret = env.WXPAY_APP_SECRET ?? (isReal ? undefined : DEMO_ACCOUNT.appSecret)
  return {
    authorizeUrl: env.WECHAT_AUTHORIZE_URL ?? (isReal ? 'https://open.weixin.qq.com/connect/oauth2/authorize' : null),
    tokenUrl: env.WECHAT_TOKEN_URL ?? (isReal ? 'https://api.weixin.qq.com/sns/oauth2/access_token' : null),
    appSecret: secret === undefined ? null : new Secret(secret),
  }
}

function toConfig(env: Environment): Config {
  const apiBase = env.WXPAY_API_BASE ?? (env.PAYMENTS === 'wechat' ? WECHAT_API : undefined)
  return {
    port: env.PORT,
    host: env.HOST,
    publicUrl: new URL(env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`),
    databaseUrl: env.DATABASE_URL,
    payments: env.PAYMENTS,
    apiBase: apiBase === undefined ? null : new URL(apiBase),
    account: {
      appid: env.WXPAY_APPID ?? DEMO_ACCOUNT.appid,
      mchId: env.WXPAY_MCHID ?? DEMO_ACCOUNT.mchId,
      apiKey: new Secret(env.WXPAY_API_KEY ?? DEMO_ACCOUNT.apiKey),
      previousApiKey: env.WXPAY_PREVIOUS_API_KEY === undefined ? null : new Secret(env.WXPAY_PREVIOUS_API_KEY),
      signType: env.WXPAY_SIGN_TYPE,
    },
    authorization: authorizationOf(env),
    logLevel: env.LOG_LEVEL,
    orderTtlMs: env.ORDER_TTL_MINUTES * 60_000,
    logLimits: { entriesMax: env.LOG_ENTRIES_MAX, bytesMax: env.LOG_MEGABYTES_MAX * 1024 * 1024 },
    hasRateLimits: env.RATE_LIMITS === 'on',
    trustedProxies: env.TRUSTED_PROXIES.split(',')
      .map((it) => it.trim())
      .filter((it) => it !== ''),
    admin:
      env.ADMIN_EMAIL === undefined || env.ADMIN_PASSWORD === undefined
        ? null
        : { email: env.ADMIN_EMAIL, password: new Secret(env.ADMIN_PASSWORD) },
    emulator:
      env.PAYMENTS === 'wechat'
        ? null
        : {
            databaseUrl: env.EMULATOR_DATABASE_URL,
            isOpen: env.EMULATOR_OPEN === '1',
            phonePath: apiBase === undefined ? '/emulator/phone' : `${apiBase.replace(/\/$/, '')}/phone`,
          },
  }
}
