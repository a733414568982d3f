const SECOND = 1_000
const MINUTE = 60 * SECOND
const CALLS_PER_SECOND = 150
const BAD_CALLS_PER_SECOND = 6
/** An order that was paid longer ago than this is old, and refunds of old ones are rarer still. */
export const OLD_ORDER_MS = 30 * 24 * 60 * MINUTE
const OLD_ORDERS_PER_MINUTE = 5_000
/** How long a merchant is shut out after too many bad requests. */
const BLOCK_MS = MINUTE

type Window = { since: number; count: number }
type Merchant = { calls: Window; badCalls: Window; oldOrders: Window; blockedUntil: number }

export type RefundRates = ReturnType<typeof createRefundRates>

/** How often merchants ask for refunds, by the virtual clock. Kept in memory only: what is forgotten was a minute's worth. */
export function createRefundRates() {
  const merchants = new Map<string, Merchant>()
  const of = (mchId: string): Merchant => {
    const known = merchants.get(mchId)
    if (known !== undefined) return known
    const empty = () => ({ since: Number.NEGATIVE_INFINITY, count: 0 })
    const merchant = { calls: empty(), badCalls: empty(), oldOrders: empty(), blockedUntil: Number.NEGATIVE_INFINITY }
    merchants.set(mchId, merchant)
    return merchant
  }

  return {
    /** Counts a call; says why it comes too soon, or null. */
    take: (mchId: string, now: number): 'blocked' | 'too_often' | null => {
      const merchant = of(mchId)
      if (now < merchant.blockedUntil) return 'blocked'
      return count(merchant.calls, now, SECOND) > CALLS_PER_SECOND ? 'too_often' : null
    },

    /** Counts a refund of an old order; false if there were too many. */
    takeOldOrder: (mchId: string, now: number): boolean =>
      count(of(mchId).oldOrders, now, MINUTE) <= OLD_ORDERS_PER_MINUTE,

    /** Counts a call that broke a rule. */
    noteBadCall: (mchId: string, now: number): void => {
      const merchant = of(mchId)
      if (count(merchant.badCalls, now, SECOND) > BAD_CALLS_PER_SECOND) merchant.blockedUntil = now + BLOCK_MS
    },

    clear: (): void => {
      merchants.clear()
    },
  }
}

/** Counts one more in the window that `now` is in. */
function count(window: Window, now: number, lengthMs: number): number {
  if (now < window.since || now >= window.since + lengthMs) {
    window.since = now
    window.count = 0
  }
  window.count += 1
  return window.count
}
