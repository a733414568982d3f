import type { MetadataRoute } from 'next'
import { getRuntime } from '@/lib/runtime'

/** Goods come and go while the shop runs. */
export const dynamic = 'force-dynamic'

/** The pages that are the same for everybody. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const { shop, config } = await getRuntime()
  const { origin } = config.publicUrl
  const products = await shop.store.listProducts()
  return ['/', '/help', ...products.map(({ slug }) => `/products/${slug}`)].map((path) => ({ url: origin + path }))
}
