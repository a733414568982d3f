import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { cache } from 'react'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { type Product, relatedTo } from '@/lib/shop/product'
import { listFacts } from '@/lib/web/facts'
import { AddToCart } from '../../../_ui/add-to-cart'
import { CartToast } from '../../../_ui/cart-toast'
import { Missing } from '../../../_ui/missing'
import { openGraphOf, sharedPictureOf } from '../../../_ui/open-graph'
import { StockHint } from '../../../_ui/stock-hint'
import { ProductCard } from '../../product-card'
import { StructuredData } from './structured-data'

const findProduct = cache(async (slug: string) => (await getShop()).store.findProduct(slug))

export async function generateMetadata({ params }: PageProps<'/products/[slug]'>): Promise<Metadata> {
  const product = await findProduct((await params).slug)
  const locale = await getLocale()
  if (product === null) return {}
  const siteName = (await getTranslations('brand'))('name')
  return {
    title: product.name[locale],
    description: product.description[locale],
    alternates: { canonical: `/products/${product.slug}` },
    openGraph: openGraphOf({ siteName, locale, picture: sharedPictureOf(product.image) }),
  }
}

export default async function ProductPage({ params, searchParams }: PageProps<'/products/[slug]'>) {
  const product = await findProduct((await params).slug)
  if (product === null) return <Missing />
  const t = await getTranslations('product')
  const locale = await getLocale()
  const page = `/products/${product.slug}`
  return (
    <div className="mx-auto max-w-6xl px-4 pt-6 sm:px-6">
      <Link href="/" className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </Link>
      <div className="mt-4 grid gap-8 md:grid-cols-2 md:gap-14">
        <img
          src={product.image}
          alt=""
          width={640}
          height={640}
          className="aspect-square w-full rounded-3xl bg-mist object-cover shadow-soft"
        />
        <div className="md:py-8">
          <h1 className="text-3xl leading-snug sm:text-4xl">{product.name[locale]}</h1>
          <p className="mt-4 flex items-baseline gap-4 text-2xl">
            <span className="tabular-nums">{formatFen(product.priceFen, locale)}</span>
            <StockHint product={product} />
          </p>
          <p className="mt-6 mb-8 max-w-prose text-lg leading-loose">{product.description[locale]}</p>
          <AddToCart product={product} back={page} quantity />
          <Facts product={product} />
          <p className="mt-6 max-w-prose text-sm leading-relaxed text-faded">
            {t('promise', { minutes: Math.round((await getShop()).orderTtlMs / 60_000) })}
          </p>
        </div>
      </div>
      <StructuredData product={product} />
      <Related product={product} page={page} />
      <CartToast query={await searchParams} page={page} />
    </div>
  )
}

/** What can be said of it in a word or two. */
async function Facts({ product }: { product: Product }) {
  const t = await getTranslations('product')
  const facts = listFacts(product.facts, await getLocale())
  if (facts.length === 0) return null
  return (
    <table className="mt-8 w-full max-w-prose border-y border-line text-left">
      <caption className="sr-only">{t('facts')}</caption>
      <tbody className="divide-y divide-line">
        {facts.map(({ name, label, value }) => (
          <tr key={name}>
            <th scope="row" className="w-28 py-3 pr-4 align-top font-normal text-faded">
              {label}
            </th>
            <td className="py-3">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const RELATED = 4

async function Related({ product, page }: { product: Product; page: string }) {
  const t = await getTranslations('product')
  const related = relatedTo(product, await (await getShop()).store.listProducts(), RELATED)
  if (related.length === 0) return null
  return (
    <section aria-labelledby="related" className="mt-16">
      <h2 id="related" className="text-2xl">
        {t('related')}
      </h2>
      <ul className="mt-6 grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 lg:grid-cols-4">
        {related.map((it) => (
          <ProductCard key={it.id} product={it} back={page} />
        ))}
      </ul>
    </section>
  )
}
