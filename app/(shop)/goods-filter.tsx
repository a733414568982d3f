import { Search } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { SEARCH_LENGTH_MAX } from '@/lib/shop/limits'
import { CATEGORIES, type Product } from '@/lib/shop/product'
import { type GoodsQuery, goodsPath } from './goods-query'

/** The shelves, and a field to look for words; both stand in the address, and need no script. */
export async function GoodsFilter({ query, products }: { query: GoodsQuery; products: Product[] }) {
  const t = await getTranslations('home')
  const shelves = CATEGORIES.filter((it) => products.some(({ category }) => category === it))
  return (
    <div className="mt-5 flex flex-wrap items-center justify-between gap-4">
      <nav aria-label={t('categories')} className="flex flex-wrap gap-2">
        {[null, ...shelves].map((category) => (
          <Link
            key={category}
            href={goodsPath({ category, words: query.words })}
            scroll={false}
            aria-current={category === query.category ? 'page' : undefined}
            className="inline-flex min-h-11 items-center rounded-full border border-line bg-card px-4 hover:border-jade aria-[current]:border-pine aria-[current]:bg-pine aria-[current]:text-on-pine"
          >
            {category === null ? t('all') : t(`category.${category}`)}
          </Link>
        ))}
      </nav>
      <search className="w-full sm:w-72">
        <form action="/" className="relative">
          {query.category !== null && <input type="hidden" name="category" value={query.category} />}
          <input
            type="search"
            name="q"
            defaultValue={query.words ?? ''}
            maxLength={SEARCH_LENGTH_MAX}
            aria-label={t('search')}
            placeholder={t('searchHint')}
            className="h-11 w-full rounded-full border border-line bg-card pr-12 pl-5 text-base text-ink placeholder:text-faded"
          />
          <button
            type="submit"
            aria-label={t('search')}
            className="absolute top-0 right-0 grid size-11 cursor-pointer place-items-center rounded-full text-faded hover:text-ink"
          >
            <Search aria-hidden className="size-5" />
          </button>
        </form>
      </search>
    </div>
  )
}
