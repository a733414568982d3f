import { asc, eq, inArray, sql } from 'drizzle-orm'
import { STOCK_MAX } from '@/lib/shop/limits'
import type { ProductStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import { toProduct } from './rows'
import { products } from './schema'

export function openProducts({ read }: Access): ProductStore {
  return {
    listProducts: () =>
      read(async (tx) => {
        const onSale = tx.select().from(products).where(eq(products.isOnSale, true))
        const rows = await onSale.orderBy(asc(products.position), asc(products.id))
        return rows.map(toProduct)
      }),
    findProduct: (slug) =>
      read(async (tx) => {
        const [row] = await tx.select().from(products).where(eq(products.slug, slug))
        return row === undefined ? null : toProduct(row)
      }),
    listProductsById: (ids) =>
      read(async (tx) => {
        const rows = await tx.select().from(products).where(inArray(products.id, ids))
        return rows.map(toProduct)
      }),
  }
}

/**
 * Takes stock, or gives it back; the table itself refuses to go below nothing. What comes back beyond the most that a shop
 * keeps count of is taken for pieces that an operator took out: no money waits for room on a shelf.
 */
export async function moveStock(tx: Connection, productId: string, pieces: number): Promise<void> {
  const moved = sql`${products.stock} + ${pieces}`
  const kept = sql`case when ${moved} > ${STOCK_MAX} then ${STOCK_MAX} else ${moved} end`
  const restocked = sql`${products.restocked} + ${kept} - (${moved})`
  await tx.update(products).set({ stock: kept, restocked }).where(eq(products.id, productId))
}

/** How much there is of each of these products. */
export async function readStock(tx: Connection, productIds: string[]): Promise<Map<string, number>> {
  const wanted = tx.select({ id: products.id, stock: products.stock }).from(products)
  const rows = await wanted.where(inArray(products.id, productIds))
  return new Map(rows.map(({ id, stock }) => [id, stock]))
}
