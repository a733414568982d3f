import { SEARCH_LENGTH_MAX } from '@/lib/shop/limits'
import { type Category, isCategory } from '@/lib/shop/product'
import { type AddressQuery, firstOf, writeAddress } from '@/lib/web/list-query'

/** What somebody looks for among the goods; null leaves a question open. */
export type GoodsQuery = { category: Category | null; words: string | null }

/** Reads it from the address; what nobody can look for is left out. */
export function readGoodsQuery(query: AddressQuery): GoodsQuery {
  const category = firstOf(query.category)
  const words = (firstOf(query.q) ?? '').trim().slice(0, SEARCH_LENGTH_MAX)
  return { category: isCategory(category) ? category : null, words: words === '' ? null : words }
}

export function goodsPath({ category, words }: GoodsQuery): string {
  return writeAddress('/', { category, q: words })
}
