import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import { AddToCart } from '../_ui/add-to-cart'
import { ButtonLink } from '../_ui/button'
import { StockHint } from '../_ui/stock-hint'

/** The shop window. */
export default async function HomePage() {
  const t = await getTranslations('home')
  const products = await (await getShop()).store.listProducts()
  return (
    <>
      <Hero />
      <section id="goods" aria-labelledby="goods-title" className="mx-auto max-w-6xl scroll-mt-6 px-4 pt-12 sm:px-6">
        <h2 id="goods-title" className="text-2xl">
          {t('goods')}
        </h2>
        {products.length === 0 && <p className="mt-6 text-faded">{t('empty')}</p>}
        <ul className="mt-6 grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4">
          {products.map((product) => (
            <ProductCard key={product.id} product={product} />
          ))}
        </ul>
      </section>
    </>
  )
}

async function Hero() {
  const t = await getTranslations('home')
  const brand = await getTranslations('brand')
  return (
    <section className="relative isolate overflow-hidden bg-mist">
      <img src="/brand/hero.svg" alt="" className="absolute inset-0 -z-10 size-full object-cover object-[70%_60%]" />
      <div className="absolute inset-0 -z-10 bg-linear-to-r from-paper/95 via-paper/70 to-paper/10" />
      <div className="mx-auto max-w-6xl px-4 py-16 sm:px-6 sm:py-28">
        <p className="text-sm tracking-wide text-pine">{brand('tagline')}</p>
        <h1 className="mt-3 max-w-lg text-4xl leading-tight text-pine-deep sm:text-5xl">{t('title')}</h1>
        <p className="mt-4 mb-8 max-w-sm text-lg leading-relaxed text-ink">{t('lead')}</p>
        <ButtonLink href="#goods">{t('look')}</ButtonLink>
      </div>
    </section>
  )
}

async function ProductCard({ product }: { product: Product }) {
  const locale = await getLocale()
  return (
    <li className="group relative flex flex-col">
      <div className="aspect-square overflow-hidden rounded-3xl bg-mist shadow-soft">
        <img
          src={product.image}
          alt=""
          width={640}
          height={640}
          loading="lazy"
          className="size-full object-cover motion-safe:transition-transform motion-safe:duration-500 motion-safe:group-hover:scale-105"
        />
      </div>
      <h3 className="mt-4 font-sans text-base font-medium">
        <Link
          href={`/products/${product.slug}`}
          className="after:absolute after:inset-x-0 after:top-0 after:aspect-square"
        >
          {product.name[locale]}
        </Link>
      </h3>
      <p className="mt-1 flex flex-wrap items-baseline gap-x-3">
        <span className="tabular-nums">{formatFen(product.priceFen, locale)}</span>
        <StockHint product={product} />
      </p>
      <div className="mt-3">
        <AddToCart product={product} look="plain" />
      </div>
    </li>
  )
}
