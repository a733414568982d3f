import { Trash2 } from 'lucide-react'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { fen, formatFen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import { CART_COOKIE, type CartItem, readCart } from '@/lib/web/cart'
import { QuantityField } from '../../_ui/add-to-cart'
import { Button, ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { ProblemNotice } from '../../_ui/notice'
import { firstOf } from '../../_ui/query'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('cart'))('title') }
}

export default async function CartPage({ searchParams }: PageProps<'/cart'>) {
  const t = await getTranslations('cart')
  const items = readCart((await cookies()).get(CART_COOKIE)?.value)
  const products = await (await getShop()).store.listProductsById(items.map(({ productId }) => productId))
  const lines = items.map((item) => ({ item, product: products.find(({ id }) => id === item.productId) ?? null }))
  const query = await searchParams
  const problem = firstOf(query.problem)
  // A refusal that is about one line is said there.
  const refused = items.find(({ productId }) => productId === firstOf(query.product))?.productId
  return (
    <div className="mx-auto max-w-3xl px-4 pt-10 sm:px-6">
      <h1 className="mb-6 text-3xl">{t('title')}</h1>
      {refused === undefined && <ProblemNotice code={problem} />}
      {lines.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')}>
          <ButtonLink href="/">{t('toShop')}</ButtonLink>
        </EmptyState>
      ) : (
        <>
          <ul className="mt-4 divide-y divide-line">
            {lines.map(({ item, product }) => (
              <li key={item.productId} className="py-6">
                {item.productId === refused && (
                  <div className="mb-4">
                    <ProblemNotice code={problem} />
                  </div>
                )}
                {product === null ? <GoneLine item={item} /> : <CartLine item={item} product={product} />}
              </li>
            ))}
          </ul>
          <Checkout lines={lines} />
        </>
      )}
    </div>
  )
}

async function CartLine({ item, product }: { item: CartItem; product: Product }) {
  const t = await getTranslations('cart')
  const soldOut = await getTranslations('product')
  const locale = await getLocale()
  const name = product.name[locale]
  return (
    <div className="grid grid-cols-[5.5rem_1fr_auto] gap-x-4 gap-y-3 sm:grid-cols-[7rem_1fr_auto]">
      <img
        src={product.image}
        alt=""
        width={112}
        height={112}
        className="aspect-square w-full rounded-2xl sm:row-span-2"
      />
      <div>
        <Link
          href={`/products/${product.slug}`}
          className="-mt-2.5 inline-flex min-h-11 items-center text-lg leading-snug font-medium hover:underline"
        >
          {name}
        </Link>
        <p className="text-sm text-faded">{t('each', { price: formatFen(product.priceFen, locale) })}</p>
        {item.quantity > product.stock && (
          <p className="mt-1 text-sm text-clay">
            {product.stock === 0 ? soldOut('soldOut') : t('tooMany', { count: product.stock })}
          </p>
        )}
      </div>
      <p className="text-lg tabular-nums">{formatFen(fen(product.priceFen * item.quantity), locale)}</p>
      <div className="col-span-3 flex flex-wrap items-center gap-2 sm:col-span-2 sm:col-start-2">
        <form method="post" action="/api/cart" className="flex items-center gap-2">
          <input type="hidden" name="action" value="set" />
          <input type="hidden" name="productId" value={item.productId} />
          <QuantityField label={t('quantityOf', { name })} value={item.quantity} max={product.stock} hidden />
          <Button look="plain">{t('update')}</Button>
        </form>
        <RemoveForm productId={item.productId} label={t('removeOf', { name })} />
      </div>
    </div>
  )
}

async function GoneLine({ item }: { item: CartItem }) {
  const t = await getTranslations('cart')
  return (
    <div className="flex items-center justify-between gap-4 text-faded">
      <p>
        <span className="font-medium">{t('gone')}</span>
        <br />
        <span className="text-sm">{t('goneHint', { id: item.productId })}</span>
      </p>
      <RemoveForm productId={item.productId} label={t('removeOf', { name: item.productId })} />
    </div>
  )
}

async function RemoveForm({ productId, label }: { productId: string; label: string }) {
  const t = await getTranslations('cart')
  return (
    <form method="post" action="/api/cart">
      <input type="hidden" name="action" value="remove" />
      <input type="hidden" name="productId" value={productId} />
      <Button look="quiet" aria-label={label}>
        <Trash2 aria-hidden className="size-4" />
        {t('remove')}
      </Button>
    </form>
  )
}

async function Checkout({ lines }: { lines: { item: CartItem; product: Product | null }[] }) {
  const t = await getTranslations('cart')
  const locale = await getLocale()
  const total = lines.reduce((sum, { item, product }) => sum + (product?.priceFen ?? 0) * item.quantity, 0)
  return (
    <div className="mt-2 rounded-3xl border border-line bg-card p-6">
      <p className="flex items-baseline justify-between text-xl">
        <span>{t('total')}</span>
        <span className="text-2xl font-medium tabular-nums">{formatFen(fen(total), locale)}</span>
      </p>
      <form method="post" action="/api/orders" className="mt-5">
        <Button wide>{t('checkout')}</Button>
      </form>
      <p className="mt-3 text-center text-sm text-faded">{t('note')}</p>
    </div>
  )
}
