import { readGoodsQuery } from '@/app/(shop)/goods-query'
import { findGoods } from '@/lib/shop/product'
import { listFacts } from '@/lib/web/facts'
import { json } from '@/lib/web/problem'
import { requestLocale } from '@/lib/web/request-locale'
import { route } from '../route-handler'

export const GET = route(async ({ request, runtime }) => {
  const locale = requestLocale(request)
  const query = readGoodsQuery(Object.fromEntries(new URL(request.url).searchParams))
  const products = findGoods(await runtime.shop.store.listProducts(), query)
  return json({
    products: products.map(({ name, description, facts, isOnSale: _, ...product }) => ({
      ...product,
      name: name[locale],
      description: description[locale],
      facts: listFacts(facts, locale),
    })),
  })
})
