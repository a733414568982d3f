import { ChevronDown, X } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { EVERY_NOTIFICATION, type NotificationFilter, VERDICTS } from '@/lib/shop/notification'
import { Button } from '../../_ui/button'
import { FilterCheck, FilterChoice, FilterText, FilterTime } from '../../_ui/filter-field'
import { formatInstant } from '../../_ui/when'
import { listPath } from './list-query'

/** The questions that the list can be asked. A form that only reads: its answer is an address that can be passed on. */
export async function FilterForm({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  return (
    <details className="group text-sm open:w-full">
      <summary className="inline-flex min-h-9 cursor-pointer list-none items-center gap-1 text-faded hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronDown aria-hidden className="size-4 transition-transform group-open:rotate-180" />
        {t('filter')}
      </summary>
      <form
        action="/admin/notifications"
        aria-label={t('filter')}
        className="mt-2 grid grid-cols-2 gap-x-4 gap-y-3 rounded-2xl border border-line bg-card p-4"
      >
        <FilterText name="number" label={t('field.number')} text={filter.number} lengthMax={64} />
        <FilterChoice
          name="verdict"
          label={t('field.verdict')}
          all={t('all')}
          chosen={filter.verdict}
          options={VERDICTS.map((verdict) => [verdict, words(verdict)])}
        />
        <FilterText name="text" label={t('field.text')} text={filter.text} lengthMax={200} wide />
        <div className="col-span-2 grid gap-x-4 gap-y-3 sm:grid-cols-2">
          <FilterTime name="from" label={t('field.from')} at={filter.from} />
          <FilterTime name="until" label={t('field.until')} at={filter.until} />
        </div>
        <div className="col-span-2 flex flex-wrap items-center justify-between gap-3">
          <FilterCheck name="attention" label={t('field.attention')} isOn={filter.isUnresolved} />
          <Button>{t('apply')}</Button>
        </div>
      </form>
    </details>
  )
}

/** What is asked now, each with a way to ask without it. */
export async function ActiveFilters({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  const instant = async (at: number | null) => (at === null ? null : formatInstant(at, { seconds: true }))
  const none = EVERY_NOTIFICATION
  const chips: [name: string, value: string | null, without: NotificationFilter][] = [
    [t('field.verdict'), filter.verdict && words(filter.verdict), { ...filter, verdict: none.verdict }],
    [t('field.number'), filter.number, { ...filter, number: none.number }],
    [t('field.from'), await instant(filter.from), { ...filter, from: none.from }],
    [t('field.until'), await instant(filter.until), { ...filter, until: none.until }],
    [t('field.text'), filter.text, { ...filter, text: none.text }],
    [t('field.attention'), filter.isUnresolved ? '' : null, { ...filter, isUnresolved: false }],
  ]
  const active = chips.filter(([, value]) => value !== null)
  if (active.length === 0) return null
  return (
    <ul aria-label={t('active')} className="mt-2 flex flex-wrap gap-2">
      {active.map(([name, value, without]) => (
        <li key={name} className="min-w-0">
          <a
            href={listPath(without)}
            aria-label={t('without', { name })}
            className="inline-flex min-h-9 max-w-full items-center gap-2 rounded-full bg-pine px-4 text-sm text-on-pine hover:bg-pine-deep"
          >
            {name}
            {value && <span className="truncate font-medium">{visibleText(value)}</span>}
            <X aria-hidden className="size-4 shrink-0" />
          </a>
        </li>
      ))}
    </ul>
  )
}
