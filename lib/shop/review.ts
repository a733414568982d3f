import type { OrderStatus } from './order'
import type { Channel } from './payment'
import type { OrderWithPayments } from './store'

/**
 * Why somebody should look at an order: money that did not pay it and that nobody has seen to, a time to pay that is over
 * without an end, or WeChat that gave no answer when it was last called.
 */
export const ATTENTION = ['stray', 'overdue', 'silent'] as const
export type Attention = (typeof ATTENTION)[number]

/** Which orders are wanted; null asks for nothing. `from` is the first instant, `to` the first one after. */
export type OrderFilter = {
  status: OrderStatus | null
  channel: Channel | null
  attention: Attention | 'any' | null
  isShipped: boolean | null
  from: number | null
  to: number | null
  /** An order's own number, one of its payments', or that of its money. */
  number: string | null
}

/** A place in a list that is sorted by time and, at the same time, by id; the list goes on after it. */
export type Place = { at: number; id: string }

export type ReviewedOrder = OrderWithPayments & { attention: Attention[] }

/** What a piece of time brought: orders made in it, how many of those are paid by now, and money that came in it. */
export type OrderSum = { at: number; made: number; madeAndPaid: number; paid: number; paidFen: number }

/** A call to WeChat as far as health goes. */
export type CallTime = { at: number; isAnswered: boolean; durationMs: number }

/** How WeChat answered in a piece of time; without a call there is no duration either. */
export type Health = { at: number; calls: number; answered: number; p50Ms: number | null; p95Ms: number | null }

/** Health over pieces of `stepMs`, from the one that begins at `from` to the one before `to`. */
export function measureHealth(calls: CallTime[], from: number, to: number, stepMs: number): Health[] {
  const steps: CallTime[][] = Array.from({ length: Math.ceil((to - from) / stepMs) }, () => [])
  for (const call of calls) steps[Math.floor((call.at - from) / stepMs)]?.push(call)
  return steps.map((step, place) => healthOf(step, from + place * stepMs))
}

export function healthOf(calls: CallTime[], at: number): Health {
  const durations = calls.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const answered = calls.filter(({ isAnswered }) => isAnswered).length
  return { at, calls: calls.length, answered, p50Ms: percentile(durations, 0.5), p95Ms: percentile(durations, 0.95) }
}

/** The smallest of the sorted values that at least this share of them does not exceed. */
function percentile(sorted: number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}

const DAY_MS = 24 * 3600_000
const BEIJING_MS = 8 * 3600_000

/** The first instant of the day in Beijing; China has one clock and changes it never. */
export function beginOfDay(at: number): number {
  return Math.floor((at + BEIJING_MS) / DAY_MS) * DAY_MS - BEIJING_MS
}
