import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Admin } from '@/lib/admin/session'
import { visibleText } from '@/lib/net/visible-text'
import { formatFen } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import { needsLook, needsResolution, type Refund } from '@/lib/shop/refund'
import { refundAdvice } from '@/lib/web/protocol-words'
import { Age } from '../../_ui/age'
import { RefundChip } from '../../_ui/refund-chip'
import { When } from '../../_ui/when'
import { RefundActions } from './refund-actions'

/** What products are called, by their ids. */
type ProductNames = Map<string, string>

type Props = {
  refund: Refund
  names: ProductNames
  admin: Admin
  /** The page that an action comes back to. */
  back: string
  /** Whether the order is somewhere else. */
  withOrder?: boolean
}

/** A refund as those see it who look after the shop, with what an operator can do about it now. */
export async function RefundCard({ refund, names, admin, back, withOrder = false }: Props) {
  const t = await getTranslations('refundCard')
  const source = await getTranslations('refund.source')
  return (
    <li
      id={refund.outRefundNo}
      className={`min-w-0 rounded-2xl border bg-card p-4 ${needsLook(refund) ? 'border-clay' : 'border-line'}`}
    >
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-lg font-medium tabular-nums">{formatFen(refund.amountFen, await getLocale())}</span>
        <RefundChip refund={refund} />
        <span className="text-sm text-faded tabular-nums">
          <When at={refund.createdAt} seconds /> · <Age at={refund.createdAt} />
        </span>
      </p>
      <p className="mt-1 text-sm text-faded">
        {source(refund.source)} · API {refund.apiVersion}
      </p>
      {withOrder && (
        <Link
          href={`/admin/orders/${refund.orderId}`}
          prefetch={false}
          className="inline-flex min-h-11 items-center font-mono text-sm break-all text-jade underline"
        >
          <span className="sr-only">{t('order')} </span>
          {orderNumberOf(refund.orderId)}
        </Link>
      )}
      <Facts refund={refund} names={names} />
      <Problem refund={refund} />
      <Numbers refund={refund} />
      {admin.role === 'operator' && <RefundActions refund={refund} back={back} />}
    </li>
  )
}

async function Facts({ refund, names }: { refund: Refund; names: ProductNames }) {
  const t = await getTranslations('refundCard')
  const { status, reason, lines, returnsStock, receivedBy, endedAt, note, resolvedAt, nextCheckAt } = refund
  const pieces = lines.map(({ productId, quantity }) => `${names.get(productId) ?? productId} × ${quantity}`)
  const isOperators = note !== null && (resolvedAt !== null || needsResolution(refund))
  return (
    <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      <Fact name={t('reason')}>{reason === '' ? t('noReason') : visibleText(reason)}</Fact>
      {lines.length > 0 && (
        <Fact name={t('lines')}>
          {pieces.join(', ')}
          {returnsStock && <span className="text-faded"> ({t('stock')})</span>}
        </Fact>
      )}
      {receivedBy !== null && status === 'succeeded' && <Fact name={t('receivedBy')}>{visibleText(receivedBy)}</Fact>}
      {endedAt !== null && (
        <Fact name={t('ended')}>
          <When at={endedAt} seconds />
        </Fact>
      )}
      {nextCheckAt !== null && (
        <Fact name={t('nextCheck')}>
          <When at={nextCheckAt} seconds />
        </Fact>
      )}
      {note !== null && <Fact name={isOperators ? t('noteOfOperator') : t('noteToBuyer')}>{visibleText(note)}</Fact>}
      {resolvedAt !== null && (
        <Fact name={t('seen')}>
          <When at={resolvedAt} seconds />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faded">{name}</dt>
      <dd className="min-w-0 whitespace-pre-wrap break-words">{children}</dd>
    </>
  )
}

/** Why WeChat did not take it on, in its own word, and what that means. */
async function Problem({ refund: { problem, status } }: { refund: Refund }) {
  if (problem === null) return null
  const t = await getTranslations('refundCard')
  const isOver = status === 'closed'
  return (
    <p className="mt-2 text-sm text-clay">
      {isOver ? t('failed') : t('problem')}: <span className="font-mono break-all">{visibleText(problem)}</span>
      <span className="block text-ink">{refundAdvice(problem, isOver, await getLocale())}</span>
    </p>
  )
}

async function Numbers({ refund }: { refund: Refund }) {
  const t = await getTranslations('refundCard')
  return (
    <details className="mt-2 text-sm">
      <summary className="min-h-11 cursor-pointer leading-11 text-faded">{t('numbers')}</summary>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {(['outRefundNo', 'refundId', 'outTradeNo', 'transactionId'] as const).map((name) => (
          <Fact key={name} name={t(name)}>
            <span className="font-mono break-all">{visibleText(refund[name] ?? '–')}</span>
          </Fact>
        ))}
      </dl>
      <Link
        href={`/admin/calls?number=${encodeURIComponent(refund.outRefundNo)}`}
        prefetch={false}
        className="inline-flex min-h-11 items-center text-jade underline"
      >
        {t('calls')}
      </Link>
    </details>
  )
}
