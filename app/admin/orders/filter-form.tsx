import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { CHANNELS } from '@/lib/shop/payment'
import { ATTENTION, type OrderFilter } from '@/lib/shop/review'
import { Button } from '../../_ui/button'
import { FILTER_INPUT, FilterChoice, FilterField, FilterTime } from '../../_ui/filter-field'

/** The questions that the list of orders can be asked; the answer is an address that can be passed on. */
export async function OrderFilterForm({ filter }: { filter: OrderFilter }) {
  const t = await getTranslations('adminOrders')
  const all = t('all')
  return (
    <form
      action="/admin/orders"
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
      <div className="col-span-2 flex flex-wrap items-center gap-3 lg:col-span-4">
        <Button>{t('apply')}</Button>
        <Link href="/admin/orders" prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {t('clear')}
        </Link>
      </div>
    </form>
  )
}
