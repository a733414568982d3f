import { getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { findGoods } from '@/lib/shop/product'
import { ButtonLink } from '../_ui/button'
import { CartToast } from '../_ui/cart-toast'
import { EmptyState } from '../_ui/empty-state'
import { GoodsFilter } from './goods-filter'
import { goodsPath, readGoodsQuery } from './goods-query'
import { ProductCard } from './product-card'

/** The shop window: all of it, or what somebody looks for. */
export default async function HomePage({ searchParams }: PageProps<'/'>) {
  const t = await getTranslations('home')
  const address = await searchParams
  const query = readGoodsQuery(address)
  const page = goodsPath(query)
  const products = await (await getShop()).store.listProducts()
  const found = findGoods(products, query)
  return (
    <>
      {page === '/' ? <Hero /> : <h1 className="sr-only">{(await getTranslations('brand'))('name')}</h1>}
      <section id="goods" aria-labelledby="goods-title" className="mx-auto max-w-6xl scroll-mt-6 px-4 pt-12 sm:px-6">
        <h2 id="goods-title" className="text-2xl">
          {query.words === null ? t('goods') : t('found', { words: query.words, count: found.length })}
        </h2>
        {products.length === 0 && <p className="mt-6 text-faded">{t('empty')}</p>}
        {products.length > 0 && <GoodsFilter query={query} products={products} />}
        {products.length > 0 && found.length === 0 && (
          <div className="mt-6">
            <EmptyState title={t('nothing')} hint={t('nothingHint')}>
              <ButtonLink href="/">{t('allGoods')}</ButtonLink>
            </EmptyState>
          </div>
        )}
        <ul className="mt-6 grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4">
          {found.map((product) => (
            <ProductCard key={product.id} product={product} back={page} />
          ))}
        </ul>
      </section>
      <CartToast query={address} page={page} />
    </>
  )
}

async function Hero() {
  const t = await getTranslations('home')
  const brand = await getTranslations('brand')
  return (
    <section className="relative isolate overflow-hidden bg-mist">
      {/* On a narrow screen the picture stands below the words; on a wide one behind them, with its pagoda at the far side. */}
      <div className="relative mx-auto max-w-6xl px-4 pt-12 pb-8 sm:px-6 md:py-28">
        <p className="text-sm tracking-wide text-pine">{brand('tagline')}</p>
        <h1 className="mt-3 max-w-lg text-4xl leading-tight text-pine-deep sm:text-5xl">{t('title')}</h1>
        <p className="mt-4 mb-8 max-w-sm text-lg leading-relaxed text-ink">{t('lead')}</p>
        <ButtonLink href="#goods">{t('look')}</ButtonLink>
      </div>
      <img
        src="/brand/hero.svg"
        alt=""
        width={1600}
        height={900}
        className="h-52 w-full object-cover object-[78%_60%] md:absolute md:inset-0 md:-z-10 md:size-full md:object-[70%_60%]"
      />
      <div className="absolute inset-0 -z-10 hidden bg-linear-to-r from-paper/95 via-paper/70 to-paper/10 md:block" />
    </section>
  )
}
