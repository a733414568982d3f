import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'
import { readAddressSet } from './net/networks'

/* Each variable by itself: what it may say, and what it means when nobody says anything. */

const text = z.string().trim().min(1, 'must not be blank')

const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z.string().regex(/^\d+$/, error).transform(Number).pipe(z.number().min(min, error).max(max, error))
}

const either = <A extends string, B extends string>(a: A, b: B) => z.enum([a, b], `must be ${a} or ${b}`)

function isWebAddress(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && url.port !== '0' && !/[?#@\s]/.test(value)
}

/** An address that a path is put behind, or that is called as it is. */
const address = text.refine(isWebAddress, 'must be an http or https address without password, query and fragment')

/** Where the shop itself is: nobody can be at an address that stands for all of them. */
const origin = text
  .refine(
    (value) => isWebAddress(value) && new URL(value).pathname === '/',
    'must be an http or https address without a path',
  )
  .refine(
    (value) => !/^(0\.0\.0\.0|\[::\])$/.test(URL.parse(value)?.hostname ?? ''),
    'must name a host that can be visited',
  )

const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i

/** What to listen on. Digits and dots that are no address would be looked up as a name, and never found. */
const host = text
  .transform((value) => value.replace(/^\[(.*)\]$/, '$1'))
  .refine(
    (value) => isIP(value) !== 0 || (HOST_NAME.test(value) && !/^[\d.]+$/.test(value)),
    'must be an address or a host name',
  )

const file = text.refine((value) => /^file:[^?#]*[^/?#]$/.test(value), 'must be file:<path of a file>')
const database = text.refine(
  (value) => file.safeParse(value).success || /^postgres(ql)?:\/\/[^/?#]+\/[^/?#]+(\?|$)/.test(value),
  'must be file:<path of a file> or postgres://<user>:<password>@<host>/<database>',
)

/** What operators know as appid and merchant number comes without spaces, quotes or comments. */
const appid = z.string().regex(/^[\w-]{1,32}$/, 'must have at most 32 letters and digits, such as wx0123456789abcdef')
const mchId = z.string().regex(/^\w{1,32}$/, 'must have at most 32 digits, such as 1600000001')
const apiKey = z.string().regex(/^[\x21-\x7e]{32}$/, 'must have exactly 32 characters')
const serial = z
  .string()
  .regex(/^[\dA-Fa-f]{40}$/, "must have 40 hexadecimal digits: the serial of the merchant's certificate")
const publicKeyId = z
  .string()
  .regex(
    /^PUB_KEY_ID_\d{1,53}$/,
    'must be PUB_KEY_ID_ and digits, as the merchant console shows it beside the public key',
  )
const appSecret = z.string().regex(/^\w{32}$/, 'must have exactly 32 letters and digits')

/** As it stands in bills and in the merchant console. */
const feeRate = z.string().regex(/^\d{1,2}(\.\d{1,4})?%$/, 'must be a percentage as it stands in bills, such as 0.60%')

/** Several, by commas. */
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== ''),
)

const hostNames = list.refine((names) => names.every((it) => HOST_NAME.test(it)), 'must be host names, by commas')
const origins = list.refine(
  (all) => all.every((it) => origin.safeParse(it).success),
  'must be http or https addresses without a path, by commas',
)

const proxies = list.transform((value, context) => {
  const read = readAddressSet(value)
  if (read.ok) return read.set
  context.addIssue({
    code: 'custom',
    message: `must be addresses or networks such as 10.0.0.0/8, by commas; "${read.text.slice(0, 64)}" is neither`,
  })
  return z.NEVER
})

export const environment = z.object({
  PORT: whole(1, 65_535).default(3000),
  HOST: host.default('127.0.0.1'),
  PUBLIC_URL: origin.optional(),
  PUBLIC_URL_CHECK: either('on', 'off').default('on'),
  DATABASE_URL: database.default('file:./data/shop.db'),
  PAYMENTS: z.enum(['emulator', 'wechat'], 'must be set to emulator or wechat'),
  WXPAY_API_BASE: address.optional(),
  WXPAY_APPID: appid.optional(),
  WXPAY_MCHID: mchId.optional(),
  WXPAY_API_KEY: apiKey.optional(),
  WXPAY_PREVIOUS_API_KEY: apiKey.optional(),
  WXPAY_APP_SECRET: appSecret.optional(),
  WXPAY_API_VERSION: either('v2', 'v3').default('v2'),
  WXPAY_V3_KEY: apiKey.optional(),
  WXPAY_PRIVATE_KEY_FILE: text.optional(),
  WXPAY_CERT_SERIAL: serial.optional(),
  WXPAY_PUBLIC_KEY_ID: publicKeyId.optional(),
  WXPAY_PUBLIC_KEY_FILE: text.optional(),
  WXPAY_CERT_FILE: text.optional(),
  WXPAY_CERT_PASSWORD: z.string().optional(),
  WECHAT_AUTHORIZE_URL: address.optional(),
  WECHAT_TOKEN_URL: address.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  WXPAY_SIGN_TYPE: either('MD5', 'HMAC-SHA256').default('MD5'),
  WXPAY_FEE_RATE: feeRate.optional(),
  REFUND_STRAY: either('manual', 'auto').default('manual'),
  ORDER_TTL_MINUTES: whole(5, 24 * 60).default(30),
  ORDER_HOLD_MINUTES: whole(1, 24 * 60).default(5),
  LOG_ENTRIES_MAX: whole(100, 1_000_000).default(10_000),
  LOG_MEGABYTES_MAX: whole(1, 10_000).default(200),
  PROCESSES: whole(1, 64).default(1),
  STOP_DRAIN_SECONDS: whole(0, 300).default(0),
  RATE_LIMITS: either('on', 'off').default('on'),
  KEEP_ALIVE_SECONDS: whole(1, 3_600).default(75),
  TRUSTED_PROXIES: proxies.default({ has: () => false }),
  CONTACT_EMAIL: z.email('must be an e-mail address').max(254, 'must have at most 254 characters').optional(),
  ADMIN_EMAIL: z.email('must be an e-mail address').max(254, 'must have at most 254 characters').optional(),
  ADMIN_PASSWORD: z
    .string()
    .min(12, 'must have at least 12 characters')
    .max(128, 'must have at most 128 characters')
    .optional(),
  EMULATOR_DATABASE_URL: file.default('file:./data/emulator.db'),
  EMULATOR_OPEN: either('0', '1').default('0'),
  EMULATOR_HOSTS: hostNames.default([]),
  EMULATOR_NOTIFY_ORIGINS: origins.default([]),
})
export type Environment = z.infer<typeof environment>

/** How browsers on this machine reach what listens on a host: one that stands for all addresses is no address to visit. */
export function ownUrl(listensOn: string, port: number): string {
  const name = listensOn === '0.0.0.0' || listensOn === '::' ? '127.0.0.1' : listensOn
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`
}

/** The database's address alone, for commands that need nothing else. Throws what is wrong with it. */
export function readDatabaseUrl(variables: Record<string, string | undefined>): string {
  const parsed = environment.shape.DATABASE_URL.safeParse(variables.DATABASE_URL || undefined)
  if (parsed.success) return parsed.data
  throw new Error(`DATABASE_URL ${parsed.error.issues.map(({ message }) => message).join(', ')}`)
}
