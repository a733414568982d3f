import type { Product } from '@/lib/shop/product'
import { products } from './schema'
import { atomically, type Database } from './sqlite/connection'

/**
 * Puts the goods into the shop window. May be repeated: texts, prices and order follow the list, and the stock of what
 * is sold already is left alone.
 */
export function seedGoods(db: Database, goods: readonly Product[]): void {
  atomically(db, (tx) => {
    goods.forEach((product, position) => {
      const row = { ...product, position, stockInitial: product.stock }
      const { stock: _, stockInitial: __, ...changeable } = row
      tx.insert(products).values(row).onConflictDoUpdate({ target: products.id, set: changeable }).run()
    })
  })
}
