import { and, eq, sql } from 'drizzle-orm'
import { type Holder, type Holding, NOTHING_HELD } from '@/lib/shop/holding'
import type { Connection } from './access'
import { orderItems, orders } from './schema'

/** What the unpaid orders of a holder keep from others, read where nothing can come in between. */
export async function readHoldings(tx: Connection, holder: Holder | null): Promise<Record<keyof Holder, Holding>> {
  return { buyer: await heldBy(tx, 'buyer', holder), address: await heldBy(tx, 'address', holder) }
}

async function heldBy(tx: Connection, by: keyof Holder, holder: Holder | null): Promise<Holding> {
  const word = holder?.[by] ?? null
  if (word === null) return NOTHING_HELD
  const isTheirs = and(eq(orders[by], word), eq(orders.status, 'pending'))
  const [counted] = await tx.select({ orders: sql<number>`count(*)` }).from(orders).where(isTheirs)
  const pieces = await tx
    .select({ productId: orderItems.productId, pieces: sql<number>`sum(${orderItems.quantity})` })
    .from(orders)
    .innerJoin(orderItems, eq(orderItems.orderId, orders.id))
    .where(isTheirs)
    .groupBy(orderItems.productId)
  return { orders: counted?.orders ?? 0, pieces: new Map(pieces.map((it) => [it.productId, it.pieces])) }
}
