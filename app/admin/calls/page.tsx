import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { getShop } from '@/lib/runtime'
import type { CallFilter, KeptCall } from '@/lib/shop/review'
import { firstOf, readId } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { Button, ButtonLink } from '../../_ui/button'
import { CallFields } from '../../_ui/call-fields'
import { Chip } from '../../_ui/chip'
import { EmptyState } from '../../_ui/empty-state'
import { FilterCheck } from '../../_ui/filter-field'
import { When } from '../../_ui/when'
import { requireAdmin } from '../require-admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('calls'))('title'), robots: { index: false } }
}

const PAGE = 50
const PATHS = [
  '/pay/unifiedorder',
  '/pay/orderquery',
  '/pay/closeorder',
  '/secapi/pay/refund',
  '/pay/refundquery',
  '/v3/pay/transactions/native',
  '/v3/pay/transactions/app',
  '/v3/pay/transactions/h5',
  '/v3/pay/transactions/jsapi',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}',
  '/v3/pay/transactions/id/{transaction_id}',
  '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
  '/v3/refund/domestic/refunds',
  '/v3/refund/domestic/refunds/{out_refund_no}',
  '/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund',
  '/v3/certificates',
] as const
const INPUT = 'h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink'

/** Calls to WeChat with their answers, newest first; secrets were masked before they were kept. */
export default async function CallsPage({ searchParams }: PageProps<'/admin/calls'>) {
  const admin = await requireAdmin('calls')
  const t = await getTranslations('calls')
  const query = await searchParams
  const filter = {
    number: firstOf(query.number)?.trim().slice(0, 64) || null,
    path: PATHS.find((it) => it === firstOf(query.path)) ?? null,
    isFailed: firstOf(query.failed) === '1',
  }
  const beforeId = readId(firstOf(query.before))
  const { store } = await getShop()
  const found = await store.listCalls(filter, { beforeId, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  return (
    <AdminFrame admin={admin} page="calls">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 max-w-2xl text-faded">{t('lead')}</p>
      <form
        action="/admin/calls"
        aria-label={t('filter')}
        className="mb-6 grid items-end gap-4 rounded-3xl border border-line bg-card p-5 sm:grid-cols-2 lg:grid-cols-4"
      >
        <label className="flex min-w-0 flex-col gap-1 text-sm text-faded">
          {t('number')}
          <input name="number" defaultValue={filter.number ?? ''} maxLength={64} spellCheck={false} className={INPUT} />
        </label>
        <label className="flex min-w-0 flex-col gap-1 text-sm text-faded">
          {t('path')}
          <select name="path" defaultValue={filter.path ?? ''} className={INPUT}>
            <option value="">{t('all')}</option>
            {PATHS.map((path) => (
              <option key={path}>{path}</option>
            ))}
          </select>
        </label>
        <FilterCheck name="failed" label={t('onlyFailed')} isOn={filter.isFailed} />
        <Button>{t('apply')}</Button>
      </form>
      {shown.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')} />
      ) : (
        <ul className="divide-y divide-line rounded-3xl border border-line bg-card px-5">
          {shown.map((call) => (
            <Call key={call.id} call={call} />
          ))}
        </ul>
      )}
      {last !== undefined && (
        <p className="mt-6">
          <ButtonLink look="plain" href={`/admin/calls?${addressOf(filter, last.id)}`}>
            {t('older')}
          </ButtonLink>
        </p>
      )}
    </AdminFrame>
  )
}

/** Where the list goes on after a call. */
function addressOf({ number, path, isFailed }: CallFilter, before: number): URLSearchParams {
  const address = new URLSearchParams()
  if (number !== null) address.set('number', number)
  if (path !== null) address.set('path', path)
  if (isFailed) address.set('failed', '1')
  address.set('before', String(before))
  return address
}

async function Call({ call }: { call: KeptCall }) {
  const t = await getTranslations('calls')
  return (
    <li>
      <details className="py-3">
        <summary className="cursor-pointer">
          <span className="text-sm tabular-nums">
            <When at={call.at} seconds />
          </span>{' '}
          <span className="font-mono text-sm">{visibleText(call.path)}</span>{' '}
          <Chip tone={call.isAnswered ? 'over' : 'alarm'}>{visibleText(call.outcome)}</Chip>{' '}
          <span className="text-sm text-faded tabular-nums">{t('took', { ms: call.durationMs })}</span>
          <span className="block pl-4 font-mono text-[0.8125rem] break-all text-faded">
            {call.outRefundNo ?? call.outTradeNo}
          </span>
        </summary>
        <div className="mt-3">
          <CallFields call={call} />
        </div>
      </details>
    </li>
  )
}
