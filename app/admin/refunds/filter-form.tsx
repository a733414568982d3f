import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { REFUND_STATUSES } from '@/lib/shop/refund'
import type { RefundFilter } from '@/lib/shop/review'
import { Button } from '../../_ui/button'
import { FILTER_INPUT, FilterChoice, FilterField, FilterTime } from '../../_ui/filter-field'

/** The questions that the list of refunds can be asked; the answer is an address that can be passed on. */
export async function RefundFilterForm({ filter }: { filter: RefundFilter }) {
  const t = await getTranslations('refunds')
  const all = t('all')
  return (
    <form
      action="/admin/refunds"
      aria-label={t('filter')}
      className="mb-6 grid grid-cols-2 gap-x-4 gap-y-3 rounded-3xl border border-line bg-card p-5 lg:grid-cols-4"
    >
      <FilterField id="number" label={t('field.number')} wide>
        <input
          id="filter-number"
          name="number"
          defaultValue={filter.number ?? ''}
          maxLength={64}
          spellCheck={false}
          className={FILTER_INPUT}
        />
      </FilterField>
      <FilterChoice
        name="status"
        label={t('field.status')}
        all={all}
        chosen={filter.status}
        options={REFUND_STATUSES.map((it) => [it, t(`is.${it}`)])}
      />
      <FilterChoice
        name="waits"
        label={t('field.waits')}
        all={all}
        chosen={filter.waits}
        options={(['look', 'open'] as const).map((it) => [it, t(`waits.${it}`)])}
      />
      <FilterTime name="from" label={t('field.from')} at={filter.from} />
      <FilterTime name="to" label={t('field.to')} at={filter.to} />
      <div className="col-span-2 flex flex-wrap items-end gap-3">
        <Button>{t('apply')}</Button>
        <Link href="/admin/refunds" prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {t('clear')}
        </Link>
      </div>
    </form>
  )
}
