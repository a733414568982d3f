import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isLoopback } from '@/lib/net/address'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import type { MerchantAccount } from './accounts'

const appid = z.string().min(1, 'must not be empty').max(32, 'has at most 32 characters')
const mchId = z.string().min(1, 'must not be empty').max(32, 'has at most 32 characters')
const apiKey = z.string().length(32, 'must have 32 characters')
const appSecret = z.string().regex(/^\w{32}$/, 'must have exactly 32 letters and digits')

const payeeName = z.string().trim().min(1, 'must not be empty').max(64, 'has at most 64 characters')
const name = z.union([payeeName, z.strictObject({ zh: payeeName, en: payeeName })], {
  error: 'must be a name, or { "zh", "en" }',
})

/** A seed file: the merchants that exist, in WeChat's own names. */
const accountsFile = z
  .array(
    z.strictObject({
      appid,
      mch_id: mchId,
      api_key: apiKey,
      app_secret: appSecret.optional(),
      refund_notify_url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
      name: name.optional(),
      fee_rate: z.number().min(0).max(10, 'is a percentage, at most 10').optional(),
    }),
  )
  .min(1, 'must name at least one account')
  .refine((all) => new Set(all.map((it) => `${it.appid} ${it.mch_id}`)).size === all.length, {
    error: 'names an appid and mch_id twice',
  })
  .refine(
    (all) => new Set(all.map((it) => it.mch_id)).size === new Set(all.map((it) => `${it.mch_id} ${it.api_key}`)).size,
    {
      error: 'gives one mch_id two keys; a merchant has one',
    },
  )

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((it) => it.trim())
      .filter((it) => it !== ''),
  )

/** Names of this server, without ports. */
const hostNames = list.refine(
  (names) => names.every((it) => /^[\w.-]+$/.test(it)),
  'must be names without ports, by commas',
)

/** Where notifications may go. */
const webOrigins = list.refine(
  (origins) => origins.every((it) => /^https?:\/\/[^/?#@]+$/.test(it) && URL.parse(it) !== null),
  'must be http or https origins without a path, by commas',
)

const variables = z
  .object({
    EMULATOR_PORT: z.coerce.number('must be a port').int('must be a port').min(1).max(65_535).default(4000),
    EMULATOR_DATABASE_URL: z.string().startsWith('file:', 'must be file:<path>').default('file:./data/emulator.db'),
    EMULATOR_OPEN: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
    EMULATOR_ACCOUNTS: z.string().optional(),
    EMULATOR_HOSTS: hostNames,
    EMULATOR_NOTIFY_ORIGINS: webOrigins,
    HOST: z.string().default('127.0.0.1'),
    PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    WXPAY_APPID: appid.default(DEMO_ACCOUNT.appid),
    WXPAY_MCHID: mchId.default(DEMO_ACCOUNT.mchId),
    WXPAY_API_KEY: apiKey.default(DEMO_ACCOUNT.apiKey),
    WXPAY_APP_SECRET: appSecret.default(DEMO_ACCOUNT.appSecret),
  })
  .refine((env) => isLoopback(env.HOST) || env.EMULATOR_OPEN === '1', {
    path: ['HOST'],
    error: 'is reachable from outside, which needs EMULATOR_OPEN=1',
  })

/** What the emulator is started with when it runs alone. */
export type EmulatorEnvironment = {
  host: string
  port: number
  databaseUrl: string
  accounts: MerchantAccount[]
  deliveryOrigins: string[]
  hosts: string[]
  isOpen: boolean
}

type EnvironmentResult<T> = { ok: true; value: T } | { ok: false; problems: string[] }

/** Reads the variables, and the file that `EMULATOR_ACCOUNTS` names; every problem is one line. */
export function readEnvironment(env: Record<string, string | undefined>): EnvironmentResult<EmulatorEnvironment> {
  // An empty variable is how shells and container files say "not set".
  const parsed = variables.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) }
  const { data } = parsed
  const accounts = data.EMULATOR_ACCOUNTS === undefined ? oneAccount(data) : readAccounts(data.EMULATOR_ACCOUNTS)
  if (!accounts.ok) return accounts
  const value = {
    host: data.HOST,
    port: data.EMULATOR_PORT,
    databaseUrl: data.EMULATOR_DATABASE_URL,
    accounts: accounts.value,
    deliveryOrigins: [data.PUBLIC_URL ?? [], data.EMULATOR_NOTIFY_ORIGINS].flat().map((it) => new URL(it).origin),
    hosts: data.EMULATOR_HOSTS,
    isOpen: data.EMULATOR_OPEN === '1',
  }
  return { ok: true, value }
}

function oneAccount(data: z.infer<typeof variables>): EnvironmentResult<MerchantAccount[]> {
  const { WXPAY_APPID, WXPAY_MCHID, WXPAY_API_KEY, WXPAY_APP_SECRET } = data
  const account = { appid: WXPAY_APPID, mchId: WXPAY_MCHID, apiKey: WXPAY_API_KEY, appSecret: WXPAY_APP_SECRET }
  return { ok: true, value: [account] }
}

function readAccounts(path: string): EnvironmentResult<MerchantAccount[]> {
  const problem = (text: string) => ({ ok: false as const, problems: [`EMULATOR_ACCOUNTS ${path}: ${text}`] })
  let data: unknown
  try {
    data = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // A parser's own words may quote the file, and keys are in it.
    return problem(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read')
  }
  const parsed = accountsFile.safeParse(data)
  if (!parsed.success) return problem(problemsOf(parsed.error).join('; '))
  const value = parsed.data.map((it) => ({
    appid: it.appid,
    mchId: it.mch_id,
    apiKey: it.api_key,
    ...(it.app_secret !== undefined && { appSecret: it.app_secret }),
    ...(it.refund_notify_url !== undefined && { refundNotifyUrl: it.refund_notify_url }),
    ...(it.name !== undefined && { name: it.name }),
    ...(it.fee_rate !== undefined && { feeRate: Math.round(it.fee_rate * 100) }),
  }))
  return { ok: true, value }
}

function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => [path.join('.'), message].filter((it) => it !== '').join(' '))
}
