import { getTranslations } from 'next-intl/server'
import { CHANNELS } from '@/lib/shop/payment'
import { ATTENTION, type OrderFilter } from '@/lib/shop/review'
import { FilterChoice, FilterText, FilterTime, ListFilter } from '../../_ui/filter-field'

/** The questions that the list of orders can be asked; the answer is an address that can be passed on. */
export async function OrderFilterForm({ filter }: { filter: OrderFilter }) {
  const t = await getTranslations('adminOrders')
  const all = t('all')
  return (
    <ListFilter path="/admin/orders" words={{ filter: t('filter'), apply: t('apply'), clear: t('clear') }}>
      <FilterText name="number" label={t('field.number')} text={filter.number} lengthMax={64} wide />
      <FilterChoice
        name="status"
        label={t('field.status')}
        all={all}
        chosen={filter.status}
        options={(['pending', 'paid', 'closed'] as const).map((it) => [it, t(`is.${it}`)])}
      />
      <FilterChoice
        name="channel"
        label={t('field.channel')}
        all={all}
        chosen={filter.channel}
        options={CHANNELS.map((it) => [it, t(`channel.${it}`)])}
      />
      <FilterChoice
        name="attention"
        label={t('field.attention')}
        all={all}
        chosen={filter.attention}
        options={(['any', ...ATTENTION] as const).map((it) => [it, t(`needs.${it}`)])}
      />
      <FilterChoice
        name="shipped"
        label={t('field.shipped')}
        all={all}
        chosen={filter.isShipped === null ? null : filter.isShipped ? 'yes' : 'no'}
        options={[
          ['no', t('is.unshipped')],
          ['yes', t('is.shipped')],
        ]}
      />
      <FilterTime name="from" label={t('field.from')} at={filter.from} />
      <FilterTime name="to" label={t('field.to')} at={filter.to} />
    </ListFilter>
  )
}
