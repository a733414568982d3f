import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { cache } from 'react'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { AddToCart } from '../../../_ui/add-to-cart'
import { Missing } from '../../../_ui/missing'
import { StockHint } from '../../../_ui/stock-hint'

const findProduct = cache(async (slug: string) => (await getShop()).store.findProduct(slug))

export async function generateMetadata({ params }: PageProps<'/products/[slug]'>): Promise<Metadata> {
  const product = await findProduct((await params).slug)
  const locale = await getLocale()
  return product === null ? {} : { title: product.name[locale], description: product.description[locale] }
}

export default async function ProductPage({ params }: PageProps<'/products/[slug]'>) {
  const product = await findProduct((await params).slug)
  if (product === null) return <Missing />
  const t = await getTranslations('product')
  const locale = await getLocale()
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
          <AddToCart product={product} quantity />
          <p className="mt-8 max-w-prose border-t border-line pt-6 text-sm leading-relaxed text-faded">
            {t('promise', { minutes: Math.round((await getShop()).orderTtlMs / 60_000) })}
          </p>
        </div>
      </div>
    </div>
  )
}
