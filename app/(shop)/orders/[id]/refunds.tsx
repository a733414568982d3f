import { Undo2 } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { noteToBuyer } from '@/app/api/orders/view'
import { visibleText } from '@/lib/net/visible-text'
import { type Fen, formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import {
  isSettledByHand,
  isWish,
  leftOfOrder,
  type Refund,
  refundedFen,
  refundsOf,
  takesMoney,
} from '@/lib/shop/refund'
import { limitValues } from '@/lib/web/limit-values'
import { Button } from '../../../_ui/button'
import { Chip } from '../../../_ui/chip'
import { ProblemNotice } from '../../../_ui/notice'
import { buyerRefundState, REFUND_TONES } from '../../../_ui/refund-chip'
import { When } from '../../../_ui/when'

/** Why a refund that was asked for was not; anything else that was refused a while ago says nothing about refunds. */
const REFUSALS = [
  'reason_required',
  'reason_too_long',
  'already_shipped',
  'refund_too_much',
  'refund_too_late',
] as const
type Refusal = (typeof REFUSALS)[number]

/** What went back of an order and what is on its way, and a way to ask for it as long as the goods are here. */
export async function Refunds({
  order,
  refunds,
  problem,
}: {
  order: Order
  refunds: Refund[]
  /** The word in the page's address. */
  problem: string | undefined
}) {
  const own = refundsOf(refunds, order.transactionId)
  const left = leftOfOrder(order, refunds)
  const mayAsk = order.status === 'paid' && order.shippedAt === null && left > 0 && !own.some(isWish)
  const refusal = REFUSALS.find((it) => it === problem)
  const form = mayAsk ? <AskForm order={order} left={left} refusal={refusal} /> : <ProblemNotice code={refusal} />
  if (refunds.length === 0) return mayAsk || refusal !== undefined ? <div className="px-2">{form}</div> : null
  const t = await getTranslations('buyerRefund')
  return (
    <section aria-labelledby="refunds" className="rounded-3xl border border-line bg-card p-6">
      <h2 id="refunds" className="flex items-center gap-2 text-lg">
        <Undo2 aria-hidden className="size-5 text-jade" />
        {t('title')}
      </h2>
      {order.status === 'paid' && own.some(takesMoney) && <Sum order={order} own={own} left={left} />}
      <ul className="divide-y divide-line">
        {refunds.map((refund) => (
          <OneRefund key={refund.outRefundNo} refund={refund} />
        ))}
      </ul>
      {form}
    </section>
  )
}

async function Sum({ order, own, left }: { order: Order; own: Refund[]; left: Fen }) {
  const t = await getTranslations('buyerRefund')
  const locale = await getLocale()
  const refunded = formatFen(refundedFen(own), locale)
  return (
    <p className="mt-2 text-faded tabular-nums">
      {t('sum', { refunded, paid: formatFen(order.amountFen, locale) })}{' '}
      {left > 0 && t('left', { left: formatFen(left, locale) })}
    </p>
  )
}

async function OneRefund({ refund }: { refund: Refund }) {
  const t = await getTranslations('buyerRefund')
  const isSettled = isSettledByHand(refund)
  const state = buyerRefundState(refund)
  const note = noteToBuyer(refund)
  return (
    <li className="py-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-lg font-medium tabular-nums">{formatFen(refund.amountFen, await getLocale())}</span>
        <Chip tone={isSettled ? 'over' : REFUND_TONES[state]}>{t(`state.${state}`)}</Chip>
        <span className="text-sm text-faded tabular-nums">
          <When at={refund.createdAt} zone />
        </span>
      </p>
      <p className="mt-1 leading-relaxed">{isSettled ? t('text.settled') : t(`text.${state}`)}</p>
      {refund.reason !== '' && (
        <p className="mt-1 text-sm break-words text-faded">{t('reason', { reason: visibleText(refund.reason) })}</p>
      )}
      {note !== null && (
        <p className="mt-2 border-l-2 border-jade pl-3 break-words whitespace-pre-wrap">
          {t('note', { note: visibleText(note) })}
        </p>
      )}
      {state === 'succeeded' && <Arrival refund={refund} />}
    </li>
  )
}

/** When it went back and where to, as far as WeChat says so. */
async function Arrival({ refund: { endedAt, receivedBy } }: { refund: Refund }) {
  return (
    <p className="mt-1 text-sm text-faded tabular-nums">
      {endedAt !== null && <When at={endedAt} seconds zone />}
      {receivedBy !== null && ` · ${visibleText(receivedBy)}`}
    </p>
  )
}

async function AskForm({ order, left, refusal }: { order: Order; left: Fen; refusal: Refusal | undefined }) {
  const t = await getTranslations('buyerRefund')
  const locale = await getLocale()
  return (
    <details open={refusal !== undefined}>
      <summary className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">{t('ask')}</summary>
      <form
        method="post"
        action={`/api/orders/${order.id}/refund-request`}
        className="mt-2 flex max-w-lg flex-col gap-3"
      >
        <ProblemNotice code={refusal} />
        <p className="leading-relaxed">{t('askText', { amount: formatFen(left, locale) })}</p>
        <label className="flex flex-col gap-1 text-sm text-faded">
          {t('askReason')}
          <input
            name="reason"
            required
            maxLength={80}
            className="min-h-11 w-full rounded-xl border border-line bg-paper px-4 text-base text-ink"
          />
          <span>{t('askHint', limitValues(locale))}</span>
        </label>
        <div>
          <Button look="plain">{t('askSubmit')}</Button>
        </div>
      </form>
    </details>
  )
}
