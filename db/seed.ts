import { checkList, type ListedProduct } from '@/lib/shop/price-list'
import type { Access } from './access'
import { products } from './schema'

/**
 * Fills the window of a shop that has no goods yet, and does nothing in any other: from then on price, stock and offer are
 * the operators', and the list counts when they say so. Throws when the list cannot be sold as it is.
 */
export async function seedGoods({ write }: Access, list: readonly ListedProduct[]): Promise<void> {
  checkList(list)
  await write(async (tx) => {
    if ((await tx.select({ id: products.id }).from(products).limit(1)).length > 0) return
    for (const [position, product] of list.entries()) {
      await tx.insert(products).values({ ...product, position, stockInitial: product.stock })
    }
  })
}
