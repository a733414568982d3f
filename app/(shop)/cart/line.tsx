import { Trash2 } from 'lucide-react'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderableOf } from '@/lib/shop/holding'
import { formatClaim, formatFen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import type { CartItem } from '@/lib/web/cart'
import { Stepper } from '../../_ui/add-to-cart'
import { Button } from '../../_ui/button'

/** A product in the cart, what it costs now, and what has changed since it was put in. */
export async function CartLine({ item, product }: { item: CartItem; product: Product }) {
  const t = await getTranslations('cart')
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
        <Warnings item={item} product={product} />
      </div>
      <p className="text-lg tabular-nums">{formatClaim(product.priceFen * item.quantity, locale)}</p>
      <div className="col-span-3 flex flex-wrap items-center gap-2 sm:col-span-2 sm:col-start-2">
        <form method="post" action="/api/cart" data-stay="typed">
          <input type="hidden" name="action" value="set" />
          <input type="hidden" name="productId" value={item.productId} />
          <input type="hidden" name="seenFen" value={product.priceFen} />
          <Stepper name={name} value={item.quantity} max={orderableOf(product.stock)} />
        </form>
        <RemoveForm productId={item.productId} label={t('removeOf', { name })} />
      </div>
    </div>
  )
}

/** What stands between this line and an order, and what has changed since it was put in. */
async function Warnings({ item, product }: { item: CartItem; product: Product }) {
  const t = await getTranslations('cart')
  const locale = await getLocale()
  const warnings = [
    item.seenFen !== null && item.seenFen !== product.priceFen
      ? t('wasPrice', { price: formatClaim(item.seenFen, locale) })
      : null,
    await whyNotOrderable(item, product),
  ]
  return warnings
    .filter((it) => it !== null)
    .map((warning) => (
      <p key={warning} className="mt-1 text-sm text-clay">
        {warning}
      </p>
    ))
}

async function whyNotOrderable({ quantity }: CartItem, { stock, isOnSale }: Product): Promise<string | null> {
  const t = await getTranslations('cart')
  const words = await getTranslations('product')
  if (!isOnSale) return t('offSale')
  if (stock === 0) return words('soldOut')
  if (quantity > stock) return t('tooMany', { count: stock })
  const most = orderableOf(stock)
  return quantity > most ? t('share', { count: most }) : null
}

/** A product that is not in the shop any more. */
export async function GoneLine({ item }: { item: CartItem }) {
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
    <form method="post" action="/api/cart" data-stay="">
      <input type="hidden" name="action" value="remove" />
      <input type="hidden" name="productId" value={productId} />
      <Button look="quiet" aria-label={label}>
        <Trash2 aria-hidden className="size-4" />
        {t('remove')}
      </Button>
    </form>
  )
}
