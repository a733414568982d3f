import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { ProductStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import { toProduct } from './rows'
import { products } from './schema'

export function openProducts({ read }: Access): ProductStore {
  return {
    listProducts: () =>
      read(async (tx) => {
        const rows = await tx.select().from(products).orderBy(asc(products.position))
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

/** Takes stock, or gives it back; the table itself refuses to go below nothing. */
export async function moveStock(tx: Connection, productId: string, pieces: number): Promise<void> {
  const stock = sql`${products.stock} + ${pieces}`
  await tx.update(products).set({ stock }).where(eq(products.id, productId))
}

export async function hasStock(tx: Connection, productId: string, quantity: number): Promise<boolean> {
  const [row] = await tx.select({ stock: products.stock }).from(products).where(eq(products.id, productId))
  return row !== undefined && row.stock >= quantity
}
