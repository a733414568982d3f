import { resolve } from 'node:path'
import { inspect } from 'node:util'
import { type CertificateFile, readCertificateFile } from './certificate-file'
import { type Environment, environment, ownUrl } from './environment'
import { readV3Keys, type V3Keys } from './key-files'
import { isLoopback } from './net/address'
import { type AddressSet, isPublicHost } from './net/networks'
import type { MerchantCertificate } from './wechat/certificate'
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
  /** Whom buyers write to; null when the page of help names nobody. */
  contactEmail: string | null
  /** Base address of WeChat Pay; null stands for the built-in emulator. */
  apiBase: URL | null
  account: {
    appid: string
    mchId: string
    /** Of API v2; null for a merchant who has API v3 alone. */
    apiKey: Secret | null
    /** The key before this one, only to recognise what it signed. */
    previousApiKey: Secret | null
    signType: 'MD5' | 'HMAC-SHA256'
  }
  /** In which API new payments are opened; others go on as they began. */
  apiVersion: 'v2' | 'v3'
  /** The keys of API v3; null when the operator gave none. */
  v3: (Omit<V3Keys, 'v3Key'> & { v3Key: Secret }) | null
  /** The merchant's certificate for refunds of v2; null when the operator gave none. */
  certificate: (Omit<MerchantCertificate, 'privateKey'> & { privateKey: Secret }) | null
  /** WeChat's page authorization, which the jsapi channel needs; null addresses stand for the emulator's. */
  authorization: { authorizeUrl: string | null; tokenUrl: string | null; appSecret: Secret | null }
  /** The rate that was agreed on with WeChat, such as 0.60%; null when bills are taken at their own word. */
  feeRate: string | null
  logLevel: string
  /** Whether late and second money is sent back without anybody. */
  refundsStray: boolean
  orderTtlMs: number
  /** How long an order keeps its stock before a payment is opened. */
  orderHoldMs: number
  /** What bounds the messages in the log that WeChat did not sign. */
  logLimits: { entriesMax: number; bytesMax: number }
  /** How many processes of this host share the port. */
  processes: number
  /** How long a process that is about to end still answers, while it tells balancers to go elsewhere. */
  stopDrainMs: number
  hasRateLimits: boolean
  /** How long a connection may rest between two requests. */
  keepAliveMs: number
  /** Proxies whose forwarding headers are believed. */
  trustedProxies: AddressSet
  /** The first admin, if the operator chose one; otherwise it is generated at the first start. */
  admin: { email: string; password: Secret } | null
  /** The emulator in use, and where its phone is; null with the real WeChat Pay. */
  emulator: {
    databaseUrl: string
    isOpen: boolean
    /** Names by which it may be called, besides the shop's own. */
    hosts: string[]
    /** Where it may deliver notifications, besides the shop. */
    notifyOrigins: string[]
    phonePath: string
  } | null
}

/** All that must stand in no log, as it is. */
export function secretsOf({ account, v3, authorization, admin }: Config): string[] {
  const secrets = [account.apiKey, account.previousApiKey, v3?.v3Key, authorization.appSecret, admin?.password]
  return secrets.flatMap((secret) => secret?.reveal() ?? [])
}

export { readDatabaseUrl } from './environment'

const WECHAT_API = 'https://api.mch.weixin.qq.com'

/** What is known when some variable is wrong: whether the rest fits together can still be said. */
type Given = Omit<Environment, 'PAYMENTS'> & { PAYMENTS?: Environment['PAYMENTS'] | undefined }

/** Reads the whole environment at once; each problem is a sentence that begins with the variable's name. */
export function readConfig(
  variables: Record<string, string | undefined>,
  now = Date.now(),
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  // An empty variable is how shells and container files say "not set".
  const given = Object.entries(variables).filter(([, value]) => value !== undefined && value !== '')
  const parsed = environment.safeParse(Object.fromEntries(given))
  if (parsed.success) {
    const { problems: ofFiles, ...files } = filesOf(parsed.data, now)
    const problems = [...problemsOf(parsed.data), ...ofFiles]
    return problems.length > 0 ? { ok: false, problems } : { ok: true, config: toConfig(parsed.data, files) }
  }
  const { issues } = parsed.error
  const wrong = new Set(issues.map(({ path }) => String(path[0])))
  const rest = given.filter(([name]) => !wrong.has(name))
  const right = environment.partial({ PAYMENTS: true }).parse(Object.fromEntries(rest))
  const problems = [
    ...issues.map(({ path, message }) => `${path.join('.')} ${message}`),
    ...problemsOf(right),
    ...filesOf(right, now).problems,
  ]
  // What is wrong by itself is named once, and not missing too.
  const nameOf = (problem: string) => problem.slice(0, problem.indexOf(' '))
  const isFirst = (problem: string, index: number) => index < issues.length || !wrong.has(nameOf(problem))
  return { ok: false, problems: problems.filter(isFirst) }
}

/** What does not fit together, though each variable by itself is well-formed. */
function problemsOf(env: Given): string[] {
  const problems = [...adminProblems(env), ...keyProblems(env), ...fileProblems(env)]
  if (env.PAYMENTS === 'wechat') {
    return [...problems, ...accountProblems(env), ...publicUrlProblems(env), ...realServiceProblems(env)]
  }
  return env.PAYMENTS === 'emulator' ? [...problems, ...emulatorProblems(env)] : problems
}

function accountProblems(env: Given): string[] {
  const demo = { WXPAY_APPID: DEMO_ACCOUNT.appid, WXPAY_MCHID: DEMO_ACCOUNT.mchId, WXPAY_API_KEY: DEMO_ACCOUNT.apiKey }
  const given: Record<string, unknown> = env
  const needed = Object.keys(demo).filter((name) => env.WXPAY_API_VERSION === 'v2' || name !== 'WXPAY_API_KEY')
  const missing = needed.filter((name) => given[name] === undefined)
  const refused = Object.entries({
    ...demo,
    WXPAY_PREVIOUS_API_KEY: DEMO_ACCOUNT.apiKey,
    WXPAY_APP_SECRET: DEMO_ACCOUNT.appSecret,
  }).filter(([name, demoValue]) => given[name] === demoValue)
  return [
    ...missing.map((name) => `${name} must be set when PAYMENTS=wechat`),
    ...refused.map(([name]) => `${name} is the public demo account's and is refused when PAYMENTS=wechat`),
  ]
}

/** WeChat calls the shop at its public address: one that cannot be called would lose every notification in silence. */
function publicUrlProblems({ PUBLIC_URL, PUBLIC_URL_CHECK }: Given): string[] {
  if (PUBLIC_URL_CHECK === 'off') return []
  if (PUBLIC_URL === undefined) return ['PUBLIC_URL must be set when PAYMENTS=wechat: WeChat calls the shop there']
  const reasons = unreachableBecause(new URL(PUBLIC_URL))
  return reasons.map((reason) => `PUBLIC_URL ${reason} (for tests, PUBLIC_URL_CHECK=off allows it)`)
}

/** Why WeChat cannot call an address, or should not, as far as the address itself tells. */
export function unreachableBecause({ protocol, hostname }: URL): string[] {
  return [
    ...(protocol === 'https:'
      ? []
      : ['must begin with https: over plain http anybody on the way reads and changes orders']),
    ...(isPublicHost(hostname) ? [] : [`names ${hostname}, which WeChat cannot reach from outside`]),
  ]
}

function realServiceProblems(env: Given): string[] {
  const problems: string[] = []
  if (env.RATE_LIMITS === 'off') problems.push('RATE_LIMITS can be off only when PAYMENTS=emulator')
  const useless = [
    ...(env.EMULATOR_OPEN === '1' ? ['EMULATOR_OPEN'] : []),
    ...(env.EMULATOR_HOSTS.length > 0 ? ['EMULATOR_HOSTS'] : []),
    ...(env.EMULATOR_NOTIFY_ORIGINS.length > 0 ? ['EMULATOR_NOTIFY_ORIGINS'] : []),
  ]
  problems.push(...useless.map((name) => `${name} means nothing when PAYMENTS=wechat: no emulator runs then`))
  for (const name of ['WXPAY_API_BASE', 'WECHAT_AUTHORIZE_URL', 'WECHAT_TOKEN_URL'] as const) {
    const url = URL.parse(env[name] ?? '')
    if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
      problems.push(`${name} must begin with https when PAYMENTS=wechat, unless it is on this machine`)
    }
  }
  return problems
}

function emulatorProblems(env: Given): string[] {
  const problems: string[] = []
  if (!isLoopback(env.HOST) && env.EMULATOR_OPEN !== '1') {
    problems.push('HOST is reachable from outside: the emulator and its public account need EMULATOR_OPEN=1 for that')
  }
  for (const name of ['WXPAY_API_BASE', 'WECHAT_AUTHORIZE_URL', 'WECHAT_TOKEN_URL'] as const) {
    if (/(^|\.)qq\.com$/.test(URL.parse(env[name] ?? '')?.hostname ?? '')) {
      problems.push(`${name} is the real WeChat's, which needs PAYMENTS=wechat`)
    }
  }
  if (env.PUBLIC_URL === undefined && URL.parse(ownUrl(env.HOST, env.PORT)) === null) {
    problems.push('PUBLIC_URL must be set: HOST alone makes no address to visit')
  }
  return problems
}

type Files = { certificate: MerchantCertificate | null; v3: V3Keys | null }

/** What the settings name files for, and what is wrong with them. */
function filesOf(env: Given, now: number): Files & { problems: string[] } {
  const { certificate, problems } = certificateOf(env, now)
  const { keys, problems: ofV3 } = readV3Keys(env, certificate)
  return { certificate, v3: keys, problems: [...problems, ...ofV3] }
}

/** The merchant's certificate, if the settings name one, and what is wrong with it. */
function certificateOf(env: Given, now: number): CertificateFile {
  const { WXPAY_CERT_FILE: path, WXPAY_CERT_PASSWORD: password } = env
  const mchId = env.WXPAY_MCHID ?? (env.PAYMENTS === 'emulator' ? DEMO_ACCOUNT.mchId : undefined)
  if (path === undefined) {
    const useless = 'WXPAY_CERT_PASSWORD is of no use without WXPAY_CERT_FILE'
    return { certificate: null, problems: password === undefined ? [] : [useless] }
  }
  // Whose it has to be is not known, which is a problem of its own.
  if (mchId === undefined) return { certificate: null, problems: [] }
  return readCertificateFile({ path, password: password ?? mchId, mchId }, now)
}

function adminProblems(env: Given): string[] {
  if ((env.ADMIN_EMAIL === undefined) === (env.ADMIN_PASSWORD === undefined)) return []
  const missing = env.ADMIN_EMAIL === undefined ? 'ADMIN_EMAIL' : 'ADMIN_PASSWORD'
  return [`${missing} must be set too: the first admin needs both ADMIN_EMAIL and ADMIN_PASSWORD`]
}

function keyProblems({ WXPAY_API_KEY, WXPAY_PREVIOUS_API_KEY }: Given): string[] {
  if (WXPAY_PREVIOUS_API_KEY === undefined || WXPAY_PREVIOUS_API_KEY !== WXPAY_API_KEY) return []
  return ['WXPAY_PREVIOUS_API_KEY is the same as WXPAY_API_KEY; it is the key before that one']
}

function fileProblems({ DATABASE_URL, EMULATOR_DATABASE_URL }: Given): string[] {
  const pathOf = (url: string) => resolve(url.replace(/^file:/, ''))
  return pathOf(DATABASE_URL) === pathOf(EMULATOR_DATABASE_URL)
    ? ['EMULATOR_DATABASE_URL is the file of DATABASE_URL; the emulator keeps one of its own']
    : []
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

function toConfig(env: Environment, { certificate, v3 }: Files): Config {
  const apiBase = env.WXPAY_API_BASE ?? (env.PAYMENTS === 'wechat' ? WECHAT_API : undefined)
  const apiKey = env.WXPAY_API_KEY ?? (env.PAYMENTS === 'wechat' ? undefined : DEMO_ACCOUNT.apiKey)
  return {
    port: env.PORT,
    host: env.HOST,
    publicUrl: new URL(env.PUBLIC_URL ?? ownUrl(env.HOST, env.PORT)),
    databaseUrl: env.DATABASE_URL,
    payments: env.PAYMENTS,
    apiBase: apiBase === undefined ? null : new URL(apiBase),
    account: {
      appid: env.WXPAY_APPID ?? DEMO_ACCOUNT.appid,
      mchId: env.WXPAY_MCHID ?? DEMO_ACCOUNT.mchId,
      apiKey: apiKey === undefined ? null : new Secret(apiKey),
      previousApiKey: env.WXPAY_PREVIOUS_API_KEY === undefined ? null : new Secret(env.WXPAY_PREVIOUS_API_KEY),
      signType: env.WXPAY_SIGN_TYPE,
    },
    apiVersion: env.WXPAY_API_VERSION,
    v3: v3 && { ...v3, v3Key: new Secret(v3.v3Key) },
    certificate: certificate && { ...certificate, privateKey: new Secret(certificate.privateKey) },
    authorization: authorizationOf(env),
    feeRate: env.WXPAY_FEE_RATE ?? null,
    logLevel: env.LOG_LEVEL,
    refundsStray: env.REFUND_STRAY === 'auto',
    orderTtlMs: env.ORDER_TTL_MINUTES * 60_000,
    orderHoldMs: env.ORDER_HOLD_MINUTES * 60_000,
    logLimits: { entriesMax: env.LOG_ENTRIES_MAX, bytesMax: env.LOG_MEGABYTES_MAX * 1024 * 1024 },
    processes: env.PROCESSES,
    stopDrainMs: env.STOP_DRAIN_SECONDS * 1_000,
    hasRateLimits: env.RATE_LIMITS === 'on',
    keepAliveMs: env.KEEP_ALIVE_SECONDS * 1_000,
    trustedProxies: env.TRUSTED_PROXIES,
    contactEmail: env.CONTACT_EMAIL ?? null,
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
            hosts: env.EMULATOR_HOSTS,
            notifyOrigins: env.EMULATOR_NOTIFY_ORIGINS.map((it) => new URL(it).origin),
            phonePath: apiBase === undefined ? '/emulator/phone' : `${apiBase.replace(/\/$/, '')}/phone`,
          },
  }
}
