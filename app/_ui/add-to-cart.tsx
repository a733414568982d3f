import { Minus, Plus, ShoppingBag } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { orderableOf } from '@/lib/shop/holding'
import type { Product } from '@/lib/shop/product'
import { Button } from './button'

/** Puts a product into the cart, and stays on the page it stands on; with `quantity` the shopper chooses how many. */
export async function AddToCart({
  product,
  back,
  look = 'main',
  quantity = false,
}: {
  product: Product
  /** The page it stands on. */
  back: string
  look?: 'main' | 'plain'
  quantity?: boolean
}) {
  const t = await getTranslations('product')
  const locale = await getLocale()
  const isGone = product.stock === 0 || !product.isOnSale
  const soldOut = product.isOnSale ? t('soldOut') : t('offSale')
  return (
    <form method="post" action="/api/cart" data-stay="" className="flex flex-wrap items-end gap-4">
      <input type="hidden" name="action" value="add" />
      <input type="hidden" name="productId" value={product.id} />
      <input type="hidden" name="seenFen" value={product.priceFen} />
      <input type="hidden" name="back" value={back} />
      {quantity && !isGone && (
        <div className="flex flex-col gap-1 text-sm text-faded">
          <span aria-hidden>{t('quantity')}</span>
          <QuantityInput label={t('quantity')} value={1} max={orderableOf(product.stock)} />
        </div>
      )}
      <Button look={look} disabled={isGone} aria-label={`${isGone ? soldOut : t('add')}: ${product.name[locale]}`}>
        {!isGone && <ShoppingBag aria-hidden className="size-4" />}
        {isGone ? soldOut : t('add')}
      </Button>
    </form>
  )
}

function QuantityInput({ value, max, label }: { value: number; max: number; label: string }) {
  return (
    <input
      // Another quantity of the store's is another field: what was typed before is over.
      key={value}
      type="number"
      name="quantity"
      aria-label={label}
      defaultValue={value}
      min={1}
      max={Math.max(1, max)}
      inputMode="numeric"
      required
      className="h-11 w-20 rounded-full border border-line bg-card px-4 text-center text-base text-ink tabular-nums"
    />
  )
}

/**
 * How many pieces of a line, with a button for one more and one for one fewer. The first button is the one that Enter
 * presses: it sends the number as it was typed.
 */
export async function Stepper({ name, value, max }: { name: string; value: number; max: number }) {
  const t = await getTranslations('cart')
  return (
    <div className="flex items-center gap-1">
      <button type="submit" tabIndex={-1} aria-hidden className="sr-only">
        {t('update')}
      </button>
      <StepButton step={-1} label={t('fewer', { name })} disabled={value <= 1}>
        <Minus aria-hidden className="size-4" />
      </StepButton>
      <QuantityInput label={t('quantityOf', { name })} value={value} max={max} />
      <StepButton step={1} label={t('more', { name })} disabled={value >= max}>
        <Plus aria-hidden className="size-4" />
      </StepButton>
    </div>
  )
}

function StepButton(props: { step: 1 | -1; label: string; disabled: boolean; children: ReactNode }) {
  return (
    <button
      type="submit"
      name="step"
      value={props.step}
      disabled={props.disabled}
      aria-label={props.label}
      className="grid size-11 cursor-pointer place-items-center rounded-full border border-line bg-card hover:border-jade disabled:cursor-not-allowed disabled:opacity-40"
    >
      {props.children}
    </button>
  )
}
