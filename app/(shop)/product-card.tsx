import Link from 'next/link'
import { getLocale } from 'next-intl/server'
import { formatFen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import { AddToCart } from '../_ui/add-to-cart'
import { StockHint } from '../_ui/stock-hint'

/** A product in a list; `back` is the page of the list. */
export async function ProductCard({ product, back }: { product: Product; back: string }) {
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
      <div className="mt-auto pt-3">
        <AddToCart product={product} look="plain" back={back} />
      </div>
    </li>
  )
}
