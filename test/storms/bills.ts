import { tickBills } from '@/lib/shop/reconcile'
import type { Shop } from '@/lib/shop/shop'

/** All bills of days that are over. Time goes on by half an hour each round: a day without money is asked about twice. */
export async function tickDays(shop: Shop, from: number): Promise<void> {
  let now = from
  const moved = { ...shop, now: () => now }
  for (const end = from + 3 * 3_600_000; now < end; now += 31 * 60_000) {
    for (let bills = 0; bills < 10; bills += 1) await tickBills(moved)
  }
}
