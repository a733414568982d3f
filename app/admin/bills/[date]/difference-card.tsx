import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { visibleText } from '@/lib/net/visible-text'
import type { BillRow } from '@/lib/shop/bill'
import { isRefundable } from '@/lib/shop/bill-actions'
import { type Difference, isSettledByQuery, type Moved, type Ours, suggestionOf } from '@/lib/shop/difference'
import { formatClaim } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import { ActionForm } from '../../../_ui/action-form'
import { Button } from '../../../_ui/button'
import { Chip } from '../../../_ui/chip'
import { Confirm } from '../../../_ui/confirm'
import { NoteForm } from '../../../_ui/note-form'
import { When } from '../../../_ui/when'
import { formatMilliFen } from '../words'

type Props = { difference: Difference; admin: Admin; back: string }

/** What a bill and the shop did not agree on: both sides, what is advised, and how it ended or can be ended. */
export async function DifferenceCard({ difference, admin, back }: Props) {
  const t = await getTranslations('bills')
  const { id, kind, subject, number, orderId, end } = difference
  return (
    <li
      id={`difference-${id}`}
      className={`min-w-0 rounded-2xl border bg-card p-4 ${end === null ? 'border-clay' : 'border-line'}`}
    >
      <p className="flex flex-wrap items-center gap-3">
        <span className="text-lg font-medium">{t(`difference.${kind}`)}</span>
        <Chip tone={end === null ? 'alarm' : 'over'}>{t(end === null ? 'isOpen' : `end.${end}`)}</Chip>
      </p>
      <p className="mt-1 text-sm text-faded">
        {t(`subject.${subject}`)} <span className="font-mono break-all">{visibleText(number)}</span>
      </p>
      {orderId !== null && (
        <Link
          href={`/admin/orders/${orderId}`}
          prefetch={false}
          className="inline-flex min-h-11 items-center font-mono text-sm break-all text-jade underline"
        >
          <span className="sr-only">{t('order')} </span>
          {orderNumberOf(orderId)}
        </Link>
      )}
      <Sides difference={difference} />
      {end === null ? <Open difference={difference} /> : <Ended difference={difference} />}
      {end === null && admin.role === 'operator' && <Acts difference={difference} back={back} />}
    </li>
  )
}

/** The shop and the trade bill; of what the account's flow differs in, the trade bill and the account. */
async function Sides({ difference: { here, there, moved } }: { difference: Difference }) {
  const t = await getTranslations('bills')
  const [first, second] =
    moved === null
      ? ([
          [t('here'), here === null ? t('nothingHere') : <Here key="here" here={here} />],
          [t('there'), there === null ? t('nothingThere') : <There key="there" row={there} />],
        ] as const)
      : ([
          [t('tradeSide'), <Expected key="expected" row={there} moved={moved} />],
          [t('flowSide'), <Account key="account" moved={moved} />],
        ] as const)
  return (
    <dl className="mt-2 grid gap-2 text-sm sm:grid-cols-2">
      {[first, second].map(([name, side]) => (
        <div key={name} className="min-w-0 rounded-xl bg-paper p-3">
          <dt className="text-faded">{name}</dt>
          <dd>{side}</dd>
        </div>
      ))}
    </dl>
  )
}

async function Expected({ row, moved }: { row: BillRow | null; moved: Moved }) {
  const t = await getTranslations('bills')
  const amount = formatMilliFen(moved.expectedMilliFen, await getLocale())
  return (
    <>
      {(row !== null || moved.expectedMilliFen !== 0) && (
        <span className="block tabular-nums">{t('expected', { amount })}</span>
      )}
      {row !== null && <There row={row} />}
      {row === null && moved.line !== null && t('nothingInTrade')}
    </>
  )
}

async function Account({ moved: { movedMilliFen, line, at } }: { moved: Moved }) {
  const t = await getTranslations('bills')
  if (movedMilliFen === 0 && line === null) return t('nothingInFlow')
  return (
    <span className="tabular-nums">
      {t('movedBy', { amount: formatMilliFen(movedMilliFen, await getLocale()) })}
      {line !== null && at !== null && (
        <span className="block text-faded">
          <When at={at} seconds /> · {t('line', { line })}
        </span>
      )}
    </span>
  )
}

async function Here({ here }: { here: Ours }) {
  const t = await getTranslations('bills')
  const amount = formatClaim(here.amountFen, await getLocale())
  const status = here.type === 'payment' ? t(`payment.${here.status}`) : t(`refund.${here.status}`)
  return (
    <span className="tabular-nums">
      {amount} · {status}
      {here.at !== null && (
        <span className="block text-faded">
          <When at={here.at} seconds />
        </span>
      )}
    </span>
  )
}

async function There({ row }: { row: BillRow }) {
  const t = await getTranslations('bills')
  const locale = await getLocale()
  const fee = formatMilliFen(row.feeMilliFen, locale)
  return (
    <span className="tabular-nums">
      {formatClaim(row.amountFen, locale)}
      {row.refundStatus !== null && ` · ${visibleText(row.refundStatus)}`}
      <span className="block text-faded">
        <When at={row.at} seconds /> · {t('line', { line: row.line })}
      </span>
      <span className="block text-faded">{t('feeThere', { fee, rate: visibleText(row.feeRate) })}</span>
      <span className="block font-mono text-xs break-all text-faded">{visibleText(row.transactionId)}</span>
    </span>
  )
}

async function Open({ difference }: { difference: Difference }) {
  const t = await getTranslations('bills')
  const { problem, nextCheckAt, kind } = difference
  return (
    <div className="mt-2 text-sm">
      <p>{t(`advice.${kind}`)}</p>
      {problem !== null && <p className="mt-1 text-clay">{t('queried', { problem })}</p>}
      {nextCheckAt !== null && (
        <p className="mt-1 text-faded">
          {t('queriedNext')} <When at={nextCheckAt} seconds />
        </p>
      )}
    </div>
  )
}

async function Ended({ difference: { end, endedAt, endedBy, note, subject } }: { difference: Difference }) {
  const t = await getTranslations('bills')
  if (end === null || endedAt === null || endedBy === null) return null
  const who = endedBy === 'query' || endedBy === 'comparison' ? t(`by.${endedBy}`) : endedBy
  return (
    <div className="mt-2 text-sm">
      <p>{t(`endText.${end}`)}</p>
      <p className="mt-1 break-all text-faded">
        <When at={endedAt} seconds /> · {who}
      </p>
      {note !== null && <p className="mt-1 whitespace-pre-wrap break-words">{visibleText(note)}</p>}
      {end === 'recorded' && subject === 'payment' && (
        <Link href="/admin/money" prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {t('toMoney')}
        </Link>
      )}
    </div>
  )
}

/** The advised act comes first. A note is always possible. */
async function Acts({ difference, back }: { difference: Difference; back: string }) {
  const t = await getTranslations('bills')
  const { id } = difference
  const hidden = <input type="hidden" name="back" value={back} />
  const pathOf = (act: string) => `/api/admin/differences/${id}/${act}`
  const suggestion = suggestionOf(difference)
  const mayQuery = isSettledByQuery(difference) || suggestion === 'query'
  return (
    <>
      {mayQuery && suggestion !== 'record' && (
        <ActionForm action={pathOf('query')} className="mt-3">
          {hidden}
          <Button>{t('query')}</Button>
        </ActionForm>
      )}
      {mayQuery && suggestion === 'record' && (
        <div className="mt-3">
          <Confirm action={pathOf('record')} open={`${t('record')}…`} text={t('recordText')} submit={t('record')}>
            {hidden}
          </Confirm>
        </div>
      )}
      {isRefundable(difference) && (
        <NoteForm id={`refund-${id}`} action={pathOf('refund')} label={t('refundReason')} submit={t('refundBack')}>
          {hidden}
        </NoteForm>
      )}
      <NoteForm id={`note-${id}`} action={pathOf('accept')} label={t('acceptNote')} submit={t('accept')}>
        {hidden}
      </NoteForm>
    </>
  )
}
