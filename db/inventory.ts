import { and, asc, eq, notInArray, sql } from 'drizzle-orm'
import type { Goods } from '@/lib/shop/goods'
import type { ListedProduct } from '@/lib/shop/price-list'
import type { GoodsStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import { insertAudit } from './audit'
import { toGoods } from './rows'
import { orderItems, orders, products } from './schema'

/** Says inside a step that it has to be undone. */
class Outdated extends Error {}

export function openInventory({ read, write }: Access): GoodsStore {
  return {
    listGoods: () => read((tx) => readGoods(tx)),
    findGoods: (id) => read(async (tx) => (await readGoods(tx, id))[0] ?? null),
    replaceGoods: (before, after, entry) =>
      write(async (tx) => {
        if (!(await replace(tx, before, after))) return false
        await insertAudit(tx, entry)
        return true
      }),
    applyList: async (list, before, entry) => {
      try {
        await write(async (tx) => {
          await writeList(tx, list, before)
          await insertAudit(tx, entry)
        })
        return true
      } catch (error) {
        if (error instanceof Outdated) return false
        throw error
      }
    },
  }
}

async function readGoods(tx: Connection, id?: string): Promise<Goods[]> {
  const reserved = await reservedPieces(tx)
  const ofOne = id === undefined ? undefined : eq(products.id, id)
  const rows = await tx.select().from(products).where(ofOne).orderBy(asc(products.position), asc(products.id))
  return rows.map((row) => toGoods(row, reserved.get(row.id) ?? 0))
}

async function reservedPieces(tx: Connection): Promise<Map<string, number>> {
  const found = await tx
    .select({ productId: orderItems.productId, pieces: sql<number>`sum(${orderItems.quantity})` })
    .from(orders)
    .innerJoin(orderItems, eq(orderItems.orderId, orders.id))
    .where(eq(orders.status, 'pending'))
    .groupBy(orderItems.productId)
  return new Map(found.map(({ productId, pieces }) => [productId, pieces]))
}

async function replace(tx: Connection, before: Goods, after: Goods): Promise<boolean> {
  const { priceFen, isOnSale } = after
  const pieces = after.stock - before.stock
  const isUnchanged = and(
    eq(products.id, before.id),
    eq(products.version, before.version),
    pieces === 0 ? undefined : eq(products.stock, before.stock),
  )
  const stock = sql`${products.stock} + ${pieces}`
  const restocked = sql`${products.restocked} + ${pieces}`
  const changed = tx
    .update(products)
    .set({ priceFen, isOnSale, stock, restocked, version: before.version + 1 })
    .where(isUnchanged)
  return (await changed.returning({ id: products.id })).length === 1
}

async function writeList(tx: Connection, list: readonly ListedProduct[], before: readonly Goods[]): Promise<void> {
  for (const { id, version } of before) {
    // Two products may have changed their addresses with each other, so nobody keeps theirs at first.
    const changed = tx
      .update(products)
      .set({ slug: `off-${id}`, version: version + 1 })
      .where(and(eq(products.id, id), eq(products.version, version)))
    if ((await changed.returning({ id: products.id })).length !== 1) throw new Outdated()
  }
  for (const [position, { stock, ...product }] of list.entries()) {
    const changeable = { ...product, position, isOnSale: true }
    await tx
      .insert(products)
      .values({ ...changeable, stock, stockInitial: stock })
      .onConflictDoUpdate({ target: products.id, set: changeable })
  }
  const listed = list.map(({ id }) => id)
  await tx.update(products).set({ isOnSale: false, position: list.length }).where(notInArray(products.id, listed))
}
