import { listFacts } from '@/lib/web/facts'
import { json } from '@/lib/web/problem'
import { requestLocale } from '@/lib/web/request-locale'
import { route } from '../route-handler'

export const GET = route(async ({ request, runtime }) => {
  const locale = requestLocale(request)
  const products = await runtime.shop.store.listProducts()
  return json({
    products: products.map(({ name, description, facts, isOnSale: _, ...product }) => ({
      ...product,
      name: name[locale],
      description: description[locale],
      facts: listFacts(facts, locale),
    })),
  })
})
