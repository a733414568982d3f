import { getTranslations } from 'next-intl/server'
import { REFUND_STATUSES } from '@/lib/shop/refund'
import type { RefundFilter } from '@/lib/shop/review'
import { FilterChoice, FilterText, FilterTime, ListFilter } from '../../_ui/filter-field'

/** The questions that the list of refunds can be asked; the answer is an address that can be passed on. */
export async function RefundFilterForm({ filter }: { filter: RefundFilter }) {
  const t = await getTranslations('refunds')
  const all = t('all')
  return (
    <ListFilter path="/admin/refunds" words={{ filter: t('filter'), apply: t('apply'), clear: t('clear') }}>
      <FilterText name="number" label={t('field.number')} text={filter.number} lengthMax={64} wide />
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
    </ListFilter>
  )
}
