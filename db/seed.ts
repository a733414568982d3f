import type { Product } from '@/lib/shop/product'
import type { Access } from './access'
import { products } from './schema'

/**
 * Puts the goods into the shop window. May be repeated: texts, prices and order follow the list, and the stock of what
 * is sold already is left alone.
 */
export function seedGoods({ write }: Access, goods: readonly Product[]): Promise<void> {
  return write(async (tx) => {
    for (const [position, product] of goods.entries()) {
      const row = { ...product, position, stockInitial: product.stock }
      const { stock: _, stockInitial: __, ...changeable } = row
      await tx.insert(products).values(row).onConflictDoUpdate({ target: products.id, set: changeable })
    }
  })
}
