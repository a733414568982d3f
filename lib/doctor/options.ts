import { parseArgs } from 'node:util'
import { z } from 'zod'
import { isLoopback } from '@/lib/net/address'
import type { PaidSign } from './status'
import { V2_CASES } from './v2/cases'
import { V3_CASES } from './v3/cases'

const SECONDS_MAX = 600

const CASE_NAMES: string[] = [...new Set([...V2_CASES, ...V3_CASES].map((it) => it.name))]

const url = z.url({
  protocol: /^https?$/,
  error: ({ input }) => (input === undefined ? 'must be given' : 'must be an http or https address'),
})
const seconds = z.coerce
  .number('must be a number of seconds')
  .min(0, 'must not be negative')
  .max(SECONDS_MAX, `has at most ${SECONDS_MAX} seconds`)
/** An address with a place for the order's number. */
const statusUrl = url.refine((it) => /\{out_trade_no\}|%7Bout_trade_no%7D/i.test(it), {
  error: 'must have {out_trade_no} where the number of the order goes',
})
const hook = z.string().trim().min(1, 'must be an address or a command')
const names = z
  .string()
  .transform((text) => text.split(',').map((it) => it.trim()))
  .refine((list) => list.every((it) => CASE_NAMES.includes(it)), {
    error: (issue) => `names a case that does not exist: ${String(issue.input)}; they are ${CASE_NAMES.join(', ')}`,
  })

const paidJson = z.string().transform((text, context): PaidSign => {
  const [, path, value] = /^([\w.]+)=(.*)$/.exec(text) ?? []
  if (path !== undefined && value !== undefined) return { type: 'json', path: path.split('.'), value }
  context.addIssue({ code: 'custom', message: 'must be like order.status=paid' })
  return z.NEVER
})
const paidText = z.string().transform((text, context): PaidSign => {
  try {
    return { type: 'text', pattern: new RegExp(text, 'u') }
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a regular expression' })
    return z.NEVER
  }
})

const schema = z
  .object({
    'notify-url': url,
    'refund-notify-url': url.optional(),
    emulator: url.default('http://127.0.0.1:4000'),
    'status-url': statusUrl.optional(),
    'paid-json': paidJson.optional(),
    'paid-text': paidText.optional(),
    'make-order': hook.optional(),
    'close-order': hook.optional(),
    only: names.optional(),
    skip: names.optional(),
    'paid-within': seconds.default(5),
    settle: seconds.default(0.3),
    json: z.boolean().default(false),
    junit: z.string().min(1, 'must be a file').optional(),
    strict: z.boolean().default(false),
    'host-is-mine': z.boolean().default(false),
  })
  .superRefine((it, context) => {
    const problem = (option: string, message: string) => context.addIssue({ code: 'custom', path: [option], message })
    const signs = [it['paid-json'], it['paid-text']].filter((sign) => sign !== undefined)
    if (it['status-url'] !== undefined && signs.length !== 1) {
      problem('status-url', 'needs either --paid-json or --paid-text, to tell what is paid')
    }
    for (const option of ['paid-json', 'paid-text'] as const) {
      if (it['status-url'] === undefined && it[option] !== undefined) problem(option, 'needs --status-url')
    }
    for (const option of [
      'notify-url',
      'refund-notify-url',
      'status-url',
      'emulator',
      'make-order',
      'close-order',
    ] as const) {
      const host = URL.parse(it[option] ?? '')?.hostname
      const isForeign = /^https?:/.test(it[option] ?? '') && host !== undefined && !isLoopback(host)
      if (isForeign && !it['host-is-mine']) {
        problem(option, `names ${host}, which is not this machine; --host-is-mine allows it if it is yours to examine`)
      }
    }
  })

export type Options = {
  notifyUrl: string
  refundNotifyUrl: string | null
  emulator: string
  status: { url: string; sign: PaidSign } | null
  makeOrder: string | null
  closeOrder: string | null
  cases: ReadonlySet<string>
  paidMs: number
  settleMs: number
  isJson: boolean
  junitFile: string | null
  isStrict: boolean
}

/** The shop's own account is examined instead of a notify URL. */
type AccountOptions = { isAccount: true; isJson: boolean }

export type ReadOptions = { ok: true; options: Options | AccountOptions | 'help' } | { ok: false; problems: string[] }

/** What `npm run doctor` is told, or everything that is wrong about it. */
export function readOptions(args: string[]): ReadOptions {
  let values: Record<string, unknown>
  try {
    values = parseArgs({ args, options: OPTIONS, allowPositionals: false }).values
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] }
  }
  if (values.help === true) return { ok: true, options: 'help' }
  if (values.account === true) return readAccountOptions(values)
  const parsed = schema.safeParse(values)
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((it) => `--${it.path.join('.')} ${it.message}`) }
  }
  const it = parsed.data
  const sign = it['paid-json'] ?? it['paid-text']
  const skipped = new Set(it.skip)
  return {
    ok: true,
    options: {
      notifyUrl: it['notify-url'],
      refundNotifyUrl: it['refund-notify-url'] ?? null,
      emulator: it.emulator.replace(/\/+$/, ''),
      status: it['status-url'] !== undefined && sign !== undefined ? { url: it['status-url'], sign } : null,
      makeOrder: it['make-order'] ?? null,
      closeOrder: it['close-order'] ?? null,
      cases: new Set((it.only ?? CASE_NAMES).filter((name) => !skipped.has(name))),
      paidMs: it['paid-within'] * 1_000,
      settleMs: it.settle * 1_000,
      isJson: it.json,
      junitFile: it.junit ?? null,
      isStrict: it.strict,
    },
  }
}

function readAccountOptions({ account: _, json, ...others }: Record<string, unknown>): ReadOptions {
  const [other] = Object.keys(others)
  if (other !== undefined) return { ok: false, problems: [`--${other} means nothing with --account`] }
  return { ok: true, options: { isAccount: true, isJson: json === true } }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const OPTIONS = {
  'notify-url': text,
  'refund-notify-url': text,
  emulator: text,
  'status-url': text,
  'paid-json': text,
  'paid-text': text,
  'make-order': text,
  'close-order': text,
  only: text,
  skip: text,
  'paid-within': text,
  settle: text,
  json: flag,
  junit: text,
  strict: flag,
  'host-is-mine': flag,
  account: flag,
  help: { type: 'boolean', short: 'h' },
} as const

export const HELP = `Plays ordinary and hostile notifications against a notify URL, and says what is wrong with it.

  npm run doctor -- --notify-url http://127.0.0.1:8080/notify --make-order http://127.0.0.1:8080/orders

The program under test has the emulator as its WeChat Pay (npm run emulator). Most cases need an open payment
of the program's: place some orders first, twelve for all cases, or name --make-order.

  --notify-url URL          the address to examine; payments with this notify_url are used,
                            or with the same path under a public name
  --emulator URL            where the emulator answers (http://127.0.0.1:4000)
  --refund-notify-url URL   where refunds are notified, if not where the program's own refunds say
  --status-url URL          tells whether an order is paid, {out_trade_no} in it is filled in
  --paid-json path=value    what its JSON says then, such as order.status=paid
  --paid-text PATTERN       or a regular expression that its text matches then
                            without a status an acknowledgement counts as paid
  --make-order URL|COMMAND  places one more order: a POST, {total_fee} in the address is filled in,
                            or a command of the shell with TOTAL_FEE in its environment (fen)
  --close-order URL|COMMAND closes an order: {out_trade_no}, or OUT_TRADE_NO
  --paid-within SECONDS     how long an order may take to become paid (5)
  --settle SECONDS          how long nothing may happen before it counts as not going to happen (0.3)
  --only, --skip NAMES      these cases, by commas
  --json, --junit FILE      the report as JSON instead of the table; as JUnit beside either
  --strict                  a case that could not be played counts as a failure
  --host-is-mine            allows addresses that are not on this machine

  npm run doctor -- --account [--json]

asks the WeChat Pay of the shop's own settings whether appid, merchant, keys, certificate and clock are right,
and whether what is sent to the notify URL arrives. It places, pays and refunds nothing.

Ends with 0 when nothing is wrong, with 1 when something is, with 2 when it could not examine.
Only orders of the program under test are touched: they are paid, refunded by 1 fen and closed in the emulator.`
