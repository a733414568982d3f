import { and, count, gte, lt, sql, sum } from 'drizzle-orm'
import type { Store } from '@/lib/shop/store'
import type { Database } from './database'
import { orders } from './schema'

type ReviewMethods = Pick<Store, 'sumOrders'>

/** What somebody sees who looks after the orders; what each method promises stands in the Store. */
export function reviewMethods(db: Database): ReviewMethods {
  return {
    async sumOrders(from, to, stepMs) {
      const placeOf = (column: typeof orders.createdAt | typeof orders.paidAt) =>
        sql<number>`(${column} - ${from}) / ${stepMs}`
      const isPaid = sql`case when ${orders.status} = 'paid' then 1 else 0 end`
      const made = db
        .select({ place: placeOf(orders.createdAt), made: count(), madeAndPaid: sum(isPaid).mapWith(Number) })
        .from(orders)
        .where(and(gte(orders.createdAt, from), lt(orders.createdAt, to)))
        .groupBy(placeOf(orders.createdAt))
      const paid = db
        .select({ place: placeOf(orders.paidAt), paid: count(), paidFen: sum(orders.amountFen).mapWith(Number) })
        .from(orders)
        .where(and(gte(orders.paidAt, from), lt(orders.paidAt, to)))
        .groupBy(placeOf(orders.paidAt))
      const [madeRows, paidRows] = db.transaction(() => [made.all(), paid.all()])
      return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, place) => ({
        ...{ at: from + place * stepMs, made: 0, madeAndPaid: 0, paid: 0, paidFen: 0 },
        ...withoutPlace(madeRows.find((row) => row.place === place)),
        ...withoutPlace(paidRows.find((row) => row.place === place)),
      }))
    },
  }
}

function withoutPlace<T extends { place: number }>(row: T | undefined): Partial<Omit<T, 'place'>> {
  if (row === undefined) return {}
  const { place: _, ...rest } = row
  return rest
}
