import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { CHANNELS } from '@/lib/shop/payment'
import { ATTENTION, type OrderFilter } from '@/lib/shop/review'
import { Button } from '../../_ui/button'

const INPUT = 'h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink'

/** The questions that the list of orders can be asked; the answer is an address that can be passed on. */
export async function OrderFilterForm({ filter }: { filter: OrderFilter }) {
  const t = await getTranslations('adminOrders')
  return (
    <form
      action="/admin/orders"
      aria-label={t('filter')}
      className="mb-6 grid grid-cols-2 gap-x-4 gap-y-3 rounded-3xl border border-line bg-card p-5 lg:grid-cols-4"
    >
      <Field id="number" label={t('field.number')} wide>
        <input
          id="filter-number"
          name="number"
          defaultValue={filter.number ?? ''}
          maxLength={64}
          spellCheck={false}
          className={INPUT}
        />
      </Field>
      <Choice
        name="status"
        chosen={filter.status}
        options={(['pending', 'paid', 'closed'] as const).map((it) => [it, t(`is.${it}`)])}
      />
      <Choice name="channel" chosen={filter.channel} options={CHANNELS.map((it) => [it, t(`channel.${it}`)])} />
      <Choice
        name="attention"
        chosen={filter.attention}
        options={(['any', ...ATTENTION] as const).map((it) => [it, t(`needs.${it}`)])}
      />
      <Choice
        name="shipped"
        chosen={filter.isShipped === null ? null : filter.isShipped ? 'yes' : 'no'}
        options={[
          ['no', t('is.unshipped')],
          ['yes', t('is.shipped')],
        ]}
      />
      <Field id="from" label={t('field.from')}>
        <Time name="from" at={filter.from} />
      </Field>
      <Field id="to" label={t('field.to')}>
        <Time name="to" at={filter.to} />
      </Field>
      <div className="col-span-2 flex flex-wrap items-center gap-3 lg:col-span-4">
        <Button>{t('apply')}</Button>
        <Link href="/admin/orders" prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {t('clear')}
        </Link>
      </div>
    </form>
  )
}

function Field({
  id,
  label,
  wide = false,
  children,
}: {
  id: string
  label: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${wide ? 'col-span-2' : ''}`}>
      <label htmlFor={`filter-${id}`} className="text-sm text-faded">
        {label}
      </label>
      {children}
    </div>
  )
}

async function Choice({
  name,
  chosen,
  options,
}: {
  name: 'status' | 'channel' | 'attention' | 'shipped'
  chosen: string | null
  options: [value: string, label: string][]
}) {
  const t = await getTranslations('adminOrders')
  return (
    <Field id={name} label={t(`field.${name}`)}>
      <select id={`filter-${name}`} name={name} defaultValue={chosen ?? ''} className={INPUT}>
        <option value="">{t('all')}</option>
        {options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  )
}

function Time({ name, at }: { name: string; at: number | null }) {
  const value = at === null ? '' : writeBeijingTime(at)
  return (
    <input type="datetime-local" id={`filter-${name}`} name={name} defaultValue={value} step={1} className={INPUT} />
  )
}
