import { asc, eq, inArray, sql } from 'drizzle-orm'
import { STOCK_MAX } from '@/lib/shop/limits'
import type { ProductStore } from '@/lib/shop/store'
import { type Access, type Connection, keptQuery } from './access'
import { toProduct } from './rows'
import { products } from './schema'

const { placeholder } = sql

export function openProducts({ read }: Access): ProductStore {
  return {
    listProducts: () =>
      read(async (tx) => {
        const rows = await onSale(tx).execute({})
        return rows.map(toProduct)
      }),
    findProduct: (slug) =>
      read(async (tx) => {
        const [row] = await bySlug(tx).execute({ slug })
        return row === undefined ? null : toProduct(row)
      }),
    listProductsById: (ids) =>
      read(async (tx) => {
        const rows = await tx.select().from(products).where(inArray(products.id, ids))
        return rows.map(toProduct)
      }),
  }
}

const onSale = keptQuery((db) =>
  db
    .select()
    .from(products)
    .where(eq(products.isOnSale, true))
    .orderBy(asc(products.position), asc(products.id))
    .prepare(),
)
const bySlug = keptQuery((db) =>
  db
    .select()
    .from(products)
    .where(eq(products.slug, placeholder('slug')))
    .prepare(),
)

/**
 * Takes stock, or gives it back; the table itself refuses to go below nothing. What comes back beyond the most that a shop
 * keeps count of is taken for pieces that an operator took out: no money waits for room on a shelf.
 */
export async function moveStock(tx: Connection, productId: string, pieces: number): Promise<void> {
  await moveStockBy(tx).execute({ productId, pieces })
}

const moveStockBy = keptQuery((db) => {
  const moved = sql`${products.stock} + ${placeholder('pieces')}`
  const kept = sql`case when ${moved} > ${STOCK_MAX} then ${STOCK_MAX} else ${moved} end`
  const restocked = sql`${products.restocked} + ${kept} - (${moved})`
  const isIt = eq(products.id, placeholder('productId'))
  return db.update(products).set({ stock: kept, restocked }).where(isIt).prepare()
})

/** How much there is of each of these products. */
export async function readStock(tx: Connection, productIds: string[]): Promise<Map<string, number>> {
  const wanted = tx.select({ id: products.id, stock: products.stock }).from(products)
  const rows = await wanted.where(inArray(products.id, productIds))
  return new Map(rows.map(({ id, stock }) => [id, stock]))
}
