import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { leftOfOrder, piecesByProduct, piecesLeft, type Refund, refundsOf } from '@/lib/shop/refund'
import { limitValues } from '@/lib/web/limit-values'
import { pieceField, type RefundForm as Typed } from '@/lib/web/refund-form'
import { Button } from '../../../_ui/button'

type Props = { order: Order; refunds: Refund[]; form: Typed }

const BOX = 'min-h-11 w-full rounded-xl border border-line bg-paper px-4 text-base text-ink'

/**
 * What goes back, why, and whether the goods come back. It only leads to the page that asks once more, so it is an address
 * and changes nothing. What belongs to another choice than the one that is made is not shown, without any script.
 */
export async function RefundForm(props: Props) {
  const t = await getTranslations('orderRefund')
  const locale = await getLocale()
  const { order, refunds, form } = props
  const amount = formatFen(leftOfOrder(order, refunds), locale)
  const hasPieces = piecesLeft(order, refundsOf(refunds, order.transactionId)).length > 0
  return (
    <form
      action={`/admin/orders/${order.id}/refund`}
      className="flex max-w-2xl flex-col gap-5 rounded-3xl border border-line bg-card p-6"
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium">{t('what')}</legend>
        <Part what="whole" form={form} label={t('whole', { amount })} />
        {hasPieces && (
          <Part what="lines" form={form} label={t('pieces')}>
            <Pieces {...props} />
          </Part>
        )}
        <Part what="amount" form={form} label={t('amount')}>
          <label className="flex max-w-48 flex-col gap-1 text-sm text-faded">
            {t('yuan')}
            <input name="yuan" inputMode="decimal" maxLength={20} defaultValue={form.yuan} className={BOX} />
          </label>
        </Part>
      </fieldset>
      <label className="flex flex-col gap-1">
        <span className="font-medium">{t('reason')}</span>
        <input name="reason" required maxLength={80} defaultValue={form.reason} className={BOX} />
        <span className="text-sm text-faded">{t('reasonHint', limitValues(locale))}</span>
      </label>
      {hasPieces && (
        <label className="flex cursor-pointer gap-3">
          <input
            type="checkbox"
            name="stock"
            value="1"
            defaultChecked={form.returnsStock}
            className="mt-0.5 size-5 shrink-0 accent-pine"
          />
          <span>
            {t('stock')}
            <span className="block text-sm text-faded">{t('stockHint')}</span>
          </span>
        </label>
      )}
      <div>
        <Button>{t('next')}</Button>
        <p className="mt-2 text-sm text-faded">{t('nextHint')}</p>
      </div>
    </form>
  )
}

/** One of the things that can go back; what has to be said about it comes up when it is chosen. */
function Part({
  what,
  form,
  label,
  children,
}: {
  what: Typed['what']
  form: Typed
  label: string
  children?: ReactNode
}) {
  return (
    <div>
      <label className="peer flex min-h-11 cursor-pointer items-center gap-3">
        <input
          type="radio"
          name="what"
          value={what}
          defaultChecked={form.what === what}
          className="size-5 shrink-0 accent-pine"
        />
        {label}
      </label>
      {children !== undefined && (
        <div className="mb-2 ml-8 hidden flex-col gap-3 peer-has-[:checked]:flex">{children}</div>
      )}
    </div>
  )
}

async function Pieces({ order, refunds, form }: Props) {
  const t = await getTranslations('orderRefund')
  const locale = await getLocale()
  const left = piecesByProduct(piecesLeft(order, refundsOf(refunds, order.transactionId)))
  return order.lines.map(({ productId, name, priceFen }) => {
    const count = left.get(productId) ?? 0
    return (
      <label key={productId} className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="min-w-0 flex-1 basis-40">
          {name[locale]}
          <span className="block text-sm text-faded tabular-nums">
            {t('piecesLeft', { price: formatFen(priceFen, locale), count })}
          </span>
        </span>
        <input
          name={pieceField(productId)}
          aria-label={t('piecesOf', { name: name[locale] })}
          inputMode="numeric"
          maxLength={4}
          defaultValue={form.pieces.get(productId) ?? ''}
          placeholder="0"
          disabled={count === 0}
          className="min-h-11 w-20 rounded-xl border border-line bg-paper px-4 text-base text-ink disabled:opacity-50"
        />
      </label>
    )
  })
}
