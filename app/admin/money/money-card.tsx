import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { visibleText } from '@/lib/net/visible-text'
import { formatClaim, formatFen } from '@/lib/shop/money'
import type { Refund } from '@/lib/shop/refund'
import type { ReviewedTransaction } from '@/lib/shop/review'
import { Chip } from '../../_ui/chip'
import { RefundChip } from '../../_ui/refund-chip'
import { When } from '../../_ui/when'
import { refundsPath } from '../refunds/list-query'
import { RefundForm } from './refund-form'
import { ResolveForm } from './resolve-form'

/** Money that came, what became of it, and what somebody did about it. */
export async function MoneyCard({
  money,
  refunds,
  admin,
  from,
}: {
  money: ReviewedTransaction
  /** Those of this money. */
  refunds: Refund[]
  admin: Admin
  from: 'order' | 'list'
}) {
  const t = await getTranslations('money')
  const isWaiting = money.outcome !== 'applied' && money.resolution === null
  return (
    <li className={`rounded-2xl border bg-card p-4 ${isWaiting ? 'border-clay' : 'border-line'}`}>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-lg font-medium tabular-nums">{formatClaim(money.paidFen, await getLocale())}</span>
        <Chip tone={money.outcome === 'applied' ? 'good' : isWaiting ? 'alarm' : 'over'}>
          {t(`outcome.${money.outcome}`)}
        </Chip>
        <span className="text-sm text-faded tabular-nums">
          <When at={money.seenAt} seconds />
        </span>
      </p>
      <p className="mt-1 font-mono text-sm break-all text-faded">
        {visibleText(money.transactionId)}
        <br />
        {visibleText(money.outTradeNo)}
      </p>
      {money.outcome !== 'applied' && <p className="mt-2 text-sm">{t(`why.${money.outcome}`)}</p>}
      {from === 'list' && money.orderId !== null && (
        <Link
          href={`/admin/orders/${money.orderId}`}
          prefetch={false}
          className="inline-flex min-h-11 items-center text-jade underline"
        >
          {t('toOrder')}
        </Link>
      )}
      {money.resolution !== null && (
        <div className="mt-2 border-l-2 border-jade pl-3">
          <p className="whitespace-pre-wrap break-words">{visibleText(money.resolution.note)}</p>
          <p className="text-sm break-all text-faded">
            {money.resolution.by} · <When at={money.resolution.at} seconds />
          </p>
        </div>
      )}
      {money.outcome !== 'applied' && <RefundsOf refunds={refunds} />}
      {isWaiting && admin.role === 'operator' && (
        <>
          {money.orderId !== null && <RefundForm money={money} refunds={refunds} from={from} />}
          <ResolveForm transactionId={money.transactionId} from={from} />
        </>
      )}
    </li>
  )
}

/** What became of sending it back. */
async function RefundsOf({ refunds }: { refunds: Refund[] }) {
  const locale = await getLocale()
  return refunds.map((refund) => (
    <p key={refund.outRefundNo} className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
      <RefundChip refund={refund} />
      <Link
        href={refundsPath({ number: refund.outRefundNo })}
        prefetch={false}
        className="inline-flex min-h-11 items-center text-jade tabular-nums underline"
      >
        {formatFen(refund.amountFen, locale)}
      </Link>
    </p>
  ))
}
