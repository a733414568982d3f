import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  FAULT_NAMES,
  FAULTS_WITH_UNIT,
  type FaultName,
  type FaultSettings,
  type FaultWithUnit,
  type Switches,
  TAMPERINGS,
  type Tampering,
} from './fault-names'
import { EVERY_ORDER } from './ledger/faults'
import type { Ledger } from './ledger/ledger'
import type { ApiVersion, Delivery, Fault } from './ledger/schema'

const TIMES_MAX = 1_000_000
const LATENCY_MS_MAX = 60_000
const DELAY_SECONDS_MAX = 24 * 60 * 60
/** How long a notification that is to be overtaken waits for another, in milliseconds. */
const HOLD_MS = 15_000
const DEFAULT_SEED = '0'

const times = z.int().min(0).max(TIMES_MAX)
const probability = z.number().min(0).max(1)

const chance = z.union([times, z.strictObject({ probability })], {
  error: 'must be a count, or { "probability": 0 to 1 }',
})
const amountOf = (most: number) => {
  const value = z.int().min(0).max(most)
  return z.union([value, z.strictObject({ value, count: times }), z.strictObject({ value, probability })], {
    error: `must be a whole number up to ${most}, or { "value", "count" }, or { "value", "probability": 0 to 1 }`,
  })
}

const switches = {
  latencyMs: amountOf(LATENCY_MS_MAX).optional(),
  dropRequests: chance.optional(),
  dropAnswersAfterCommit: chance.optional(),
  systemError: chance.optional(),
  badAnswerSignature: chance.optional(),
  probeAnswer: chance.optional(),
  outTradeNoUsed: chance.optional(),
  closedNumberUsed: chance.optional(),
  lose: chance.optional(),
  duplicate: chance.optional(),
  delaySeconds: amountOf(DELAY_SECONDS_MAX).optional(),
  reorder: chance.optional(),
  beforeAnswer: chance.optional(),
  tamperAmount: chance.optional(),
  tamperSignature: chance.optional(),
  otherMerchant: chance.optional(),
  truncate: chance.optional(),
  doctype: chance.optional(),
  signType: chance.optional(),
  otherKey: chance.optional(),
  truncateEncrypted: chance.optional(),
  probeNotification: chance.optional(),
  expiredTimestamp: chance.optional(),
  unknownSerial: chance.optional(),
  otherEvent: chance.optional(),
  notEnough: chance.optional(),
  needRetry: chance.optional(),
  orderNotReady: chance.optional(),
  frequencyLimited: chance.optional(),
  accountAbnormal: chance.optional(),
  noAuth: chance.optional(),
  certError: chance.optional(),
  limitedButAccepted: chance.optional(),
  refundDelaySeconds: amountOf(DELAY_SECONDS_MAX).optional(),
  refundClosed: chance.optional(),
  refundAbnormal: chance.optional(),
  billLate: chance.optional(),
  billRowMissing: chance.optional(),
  billRowTwice: chance.optional(),
  billAmountChanged: chance.optional(),
  billWrongSummary: chance.optional(),
  billCutGzip: chance.optional(),
} satisfies Record<FaultName, z.ZodType>

/**
 * What `PUT /_control/faults` takes: for each fault a count or a probability, for all orders and under `orders` for
 * single ones. A fault with a unit is given its value instead, which then always holds, or a value with a count or a
 * probability: `{ "lose": 2, "latencyMs": 800, "orders": { "T1": { "delaySeconds": { "value": 20, "count": 1 } } } }`.
 * Equal seeds and equal calls have equal faults.
 */
export const faultSettings = z.strictObject({
  seed: z.string().min(1).max(64).optional(),
  ...switches,
  orders: z.record(z.string().min(1).max(32), z.strictObject(switches)).optional(),
}) satisfies z.ZodType<FaultSettings>

/** What the phone can do to the notification of its next payment. */
export const NOTIFICATION_FAULTS = {
  lost: { lose: 1 },
  never: { lose: { probability: 1 } },
  twice: { duplicate: 1 },
  late: { delaySeconds: { value: 20, count: 1 } },
  wrong_amount: { tamperAmount: 1 },
  wrong_signature: { tamperSignature: 1 },
} as const satisfies Record<string, Switches>
export type NotificationFault = keyof typeof NOTIFICATION_FAULTS
export const NOTIFICATION_FAULT_NAMES = Object.keys(NOTIFICATION_FAULTS) as NotificationFault[]

/** Replaces all faults by these, as one step. */
export function replaceFaults(ledger: Ledger, { seed = DEFAULT_SEED, orders = {}, ...everybody }: FaultSettings): void {
  ledger.atomically(() => {
    ledger.removeFaults()
    for (const [outTradeNo, own] of [[EVERY_ORDER, everybody] as const, ...Object.entries(orders)]) {
      for (const fault of faultsOf(outTradeNo, own, seed)) ledger.putFault(fault)
    }
  })
}

/** Turns faults on, or with 0 off, beside those that are on already. */
export function switchFaults(ledger: Ledger, outTradeNo: string | null, own: Switches): void {
  const seed = ledger.listFaults()[0]?.seed ?? DEFAULT_SEED
  const number = outTradeNo ?? EVERY_ORDER
  for (const name of namesIn(own)) ledger.removeFault(number, name)
  for (const fault of faultsOf(number, own, seed)) ledger.putFault(fault)
}

/** The faults that can still happen, in the form in which they are set. */
export function readFaults(ledger: Ledger): FaultSettings {
  const rows = ledger.listFaults()
  const [first] = rows
  if (first === undefined) return {}
  const numbers = [...new Set(rows.map(({ outTradeNo }) => outTradeNo))].filter((it) => it !== EVERY_ORDER)
  const switchesOf = (number: string): Switches =>
    Object.fromEntries(
      rows.filter(({ outTradeNo }) => outTradeNo === number).map((fault) => [fault.name, settingOf(fault)]),
    )
  const orders = Object.fromEntries(numbers.map((number) => [number, switchesOf(number)]))
  return { seed: first.seed, ...switchesOf(EVERY_ORDER), ...(numbers.length > 0 && { orders }) }
}

function namesIn(own: Switches): FaultName[] {
  return FAULT_NAMES.filter((name) => own[name] !== undefined)
}

function faultsOf(outTradeNo: string, own: Switches, seed: string): Fault[] {
  return namesIn(own).flatMap((name) => {
    const fault = {
      outTradeNo,
      name,
      seed,
      draws: 0,
      value: null,
      times: null,
      probability: null,
      ...limitsOf(name, own),
    }
    return fault.times === 0 || fault.probability === 0 ? [] : [fault]
  })
}

function limitsOf(name: FaultName, own: Switches): Partial<Fault> {
  const setting = own[name] ?? 0
  const hasUnit = FAULTS_WITH_UNIT.some((it) => it === name)
  if (typeof setting === 'number') {
    return hasUnit ? { value: setting, probability: setting === 0 ? 0 : 1 } : { times: setting }
  }
  const { count, ...rest } = { count: undefined, ...setting }
  return count === undefined ? rest : { ...rest, times: count }
}

function settingOf({ value, times, probability }: Fault): object | number | null {
  if (value === null) return times ?? { probability }
  return times === null ? { value, probability } : { value, count: times }
}

/** What chance has in store for one call or delivery. */
export type Chances = {
  /** Whether this fault happens now. Asked once, and only when it could happen, as asking uses it up. */
  has: (name: FaultName) => boolean
  /** The same for a fault with a unit: how much, 0 if it does not happen. */
  amountOf: (name: FaultWithUnit) => number
  /** The faults that happened. */
  met: FaultName[]
}

const NONE: Chances = { has: () => false, amountOf: () => 0, met: [] }

/** Looks at the faults that an order can meet. To be used within one step of the ledger. */
export function drawChances(ledger: Ledger, outTradeNo: string | null): Chances {
  const faults = ledger.listFaultsFor(outTradeNo ?? EVERY_ORDER)
  if (faults.length === 0) return NONE
  const met: FaultName[] = []
  const meet = (name: FaultName) => {
    const fault = faults.find((it) => it.name === name && happens(ledger, it))
    if (fault !== undefined) met.push(name)
    return fault
  }
  return { has: (name) => meet(name) !== undefined, amountOf: (name) => meet(name)?.value ?? 0, met }
}

function happens(ledger: Ledger, fault: Fault): boolean {
  if (fault.probability === null) {
    ledger.countFault(fault)
    return true
  }
  ledger.noteDraw(fault)
  return chanceOf(fault) < fault.probability
}

/** A number from 0 to less than 1 that only depends on the seed, the fault, and how often it was asked before. */
function chanceOf({ seed, outTradeNo, name, draws }: Fault): number {
  const hash = createHash('sha256').update(`${seed} ${outTradeNo} ${name} ${draws}`).digest()
  return hash.readUIntBE(0, 6) / 2 ** 48
}

/** What becomes of one delivery. */
export type Fate =
  | { type: 'later'; delayMs: number; isHeld: boolean }
  | { type: 'lost' }
  | { type: 'sent'; tampering: Tampering | undefined; isDoubled: boolean }

/** Decides over a delivery whose time has come. What was late already is not so again, and what is lost is not tampered with. */
export function fateOf({ faults, outRefundNo }: Delivery, apiVersion: ApiVersion, chances: Chances): Fate {
  const tamperings: readonly Tampering[] = TAMPERINGS[apiVersion][outRefundNo === null ? 'payment' : 'refund']
  if (!faults.includes('delaySeconds') && !faults.includes('reorder')) {
    const delayMs = chances.amountOf('delaySeconds') * 1_000
    if (delayMs > 0) return { type: 'later', delayMs, isHeld: false }
    if (chances.has('reorder')) return { type: 'later', delayMs: HOLD_MS, isHeld: true }
  }
  if (chances.has('lose')) return { type: 'lost' }
  return { type: 'sent', tampering: tamperings.find(chances.has), isDoubled: chances.has('duplicate') }
}
