import { getLocale } from 'next-intl/server'
import { sharedPictureOf } from '@/app/_ui/open-graph'
import { getConfig } from '@/lib/runtime'
import { writeYuan } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import { listFacts } from '@/lib/web/facts'

/** The product as search engines read it (schema.org). It is data and no script: no browser runs it. */
export async function StructuredData({ product }: { product: Product }) {
  const locale = await getLocale()
  const { origin } = (await getConfig()).publicUrl
  const isThere = product.isOnSale && product.stock > 0
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: product.name[locale],
    description: product.description[locale],
    image: origin + sharedPictureOf(product.image),
    sku: product.id,
    additionalProperty: listFacts(product.facts, locale).map(({ label, value }) => ({
      '@type': 'PropertyValue',
      name: label,
      value,
    })),
    offers: {
      '@type': 'Offer',
      url: `${origin}/products/${product.slug}`,
      price: writeYuan(product.priceFen),
      priceCurrency: 'CNY',
      availability: `https://schema.org/${isThere ? 'InStock' : 'OutOfStock'}`,
    },
  }
  // Nothing in a name may end the element that it stands in.
  return <script type="application/ld+json">{JSON.stringify(data).replace(/</g, '\\u003c')}</script>
}
