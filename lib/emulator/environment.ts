import { z } from 'zod'
import { isLoopback } from '@/lib/net/address'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { accountList, apiKey, appid, appSecret, mchId, toMerchant } from './account-file'
import type { MerchantAccount } from './accounts'
import { problemsOf, type ReadResult, readJsonFile } from './json-file'
import type { Seed } from './public'
import { seedFile } from './seed'

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
    EMULATOR_SEED: z.string().optional(),
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
  seed: Seed
  deliveryOrigins: string[]
  hosts: string[]
  isOpen: boolean
}

/** Reads the variables, and the files that `EMULATOR_ACCOUNTS` and `EMULATOR_SEED` name; every problem is one line. */
export function readEnvironment(env: Record<string, string | undefined>): ReadResult<EmulatorEnvironment> {
  // An empty variable is how shells and container files say "not set".
  const parsed = variables.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) }
  const { data } = parsed
  const seeded = readSeed(data.EMULATOR_SEED)
  if (!seeded.ok) return seeded
  const { accounts: ofSeed, ...seed } = seeded.value
  const accounts = ofSeed === undefined ? readAccounts(data) : chooseSeed(ofSeed, data)
  if (!accounts.ok) return accounts
  const value = {
    host: data.HOST,
    port: data.EMULATOR_PORT,
    databaseUrl: data.EMULATOR_DATABASE_URL,
    accounts: accounts.value,
    seed,
    deliveryOrigins: [data.PUBLIC_URL ?? [], data.EMULATOR_NOTIFY_ORIGINS].flat().map((it) => new URL(it).origin),
    hosts: data.EMULATOR_HOSTS,
    isOpen: data.EMULATOR_OPEN === '1',
  }
  return { ok: true, value }
}

type Variables = z.infer<typeof variables>

function readSeed(path: string | undefined): ReadResult<z.infer<typeof seedFile>> {
  return path === undefined ? { ok: true, value: {} } : readJsonFile(`EMULATOR_SEED ${path}`, path, seedFile)
}

/** The accounts of a seed file, which cannot be in a second file too. */
function chooseSeed(accounts: z.infer<typeof accountList>, data: Variables): ReadResult<MerchantAccount[]> {
  if (data.EMULATOR_ACCOUNTS === undefined) return { ok: true, value: accounts.map(toMerchant) }
  return { ok: false, problems: ['EMULATOR_ACCOUNTS and EMULATOR_SEED both name accounts; one of them may'] }
}

function readAccounts(data: Variables): ReadResult<MerchantAccount[]> {
  const { EMULATOR_ACCOUNTS: path, WXPAY_APPID, WXPAY_MCHID, WXPAY_API_KEY, WXPAY_APP_SECRET } = data
  if (path === undefined) {
    const account = { appid: WXPAY_APPID, mchId: WXPAY_MCHID, apiKey: WXPAY_API_KEY, appSecret: WXPAY_APP_SECRET }
    return { ok: true, value: [account] }
  }
  const read = readJsonFile(`EMULATOR_ACCOUNTS ${path}`, path, accountList)
  return read.ok ? { ok: true, value: read.value.map(toMerchant) } : read
}
