import { ChevronDown, X } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { EVERY_NOTIFICATION, type NotificationFilter, VERDICTS } from '@/lib/shop/notification'
import { Button } from '../../_ui/button'
import { formatInstant } from '../../_ui/when'
import { listPath } from './list-query'

const INPUT = 'h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink'

/** The questions that the list can be asked. A form that only reads: its answer is an address that can be passed on. */
export async function FilterForm({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  const hasMore = filter.text !== null || filter.from !== null || filter.until !== null
  return (
    <form
      action="/admin/notifications"
      aria-label={t('filter')}
      className="mb-4 grid grid-cols-1 gap-x-4 gap-y-3 rounded-3xl border border-line bg-card p-5 pb-3 sm:grid-cols-2"
    >
      <Field id="filter-number" label={t('field.number')}>
        <input
          id="filter-number"
          name="number"
          defaultValue={filter.number ?? ''}
          maxLength={64}
          spellCheck={false}
          className={INPUT}
        />
      </Field>
      <Field id="filter-verdict" label={t('field.verdict')}>
        <select id="filter-verdict" name="verdict" defaultValue={filter.verdict ?? ''} className={INPUT}>
          <option value="">{t('all')}</option>
          {VERDICTS.map((verdict) => (
            <option key={verdict} value={verdict}>
              {words(verdict)}
            </option>
          ))}
        </select>
      </Field>
      <div className="flex flex-wrap items-center justify-between gap-3 sm:col-span-2">
        <label className="flex min-h-11 cursor-pointer items-center gap-2">
          <input
            type="checkbox"
            name="attention"
            value="1"
            defaultChecked={filter.isUnresolved}
            className="size-5 accent-pine"
          />
          {t('field.attention')}
        </label>
        <Button>{t('apply')}</Button>
      </div>
      <details open={hasMore} className="sm:col-span-2">
        <summary className="inline-flex min-h-11 cursor-pointer items-center gap-1 text-sm text-faded hover:text-ink">
          <ChevronDown aria-hidden className="size-4" />
          {t('moreFields')}
        </summary>
        <div className="mt-1 grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
          <Field id="filter-text" label={t('field.text')}>
            <input
              id="filter-text"
              name="text"
              defaultValue={filter.text ?? ''}
              maxLength={200}
              spellCheck={false}
              className={INPUT}
            />
          </Field>
          <Field id="filter-from" label={t('field.from')}>
            <TimeInput name="from" at={filter.from} />
          </Field>
          <Field id="filter-until" label={t('field.until')}>
            <TimeInput name="until" at={filter.until} />
          </Field>
        </div>
      </details>
    </form>
  )
}

function Field({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm text-faded">
        {label}
      </label>
      {children}
    </div>
  )
}

function TimeInput({ name, at }: { name: string; at: number | null }) {
  const value = at === null ? '' : writeBeijingTime(at)
  return (
    <input type="datetime-local" id={`filter-${name}`} name={name} defaultValue={value} step={1} className={INPUT} />
  )
}

/** What is asked now, each with a way to ask without it. */
export async function ActiveFilters({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  const instant = async (at: number | null) => (at === null ? null : formatInstant(at, true))
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
    <ul aria-label={t('active')} className="mb-5 flex flex-wrap gap-2">
      {active.map(([name, value, without]) => (
        <li key={name} className="min-w-0">
          <Link
            href={listPath(without)}
            prefetch={false}
            aria-label={t('without', { name })}
            className="inline-flex min-h-11 max-w-full items-center gap-2 rounded-full bg-pine px-4 text-sm text-white hover:bg-pine-deep"
          >
            {name}
            {value && <span className="truncate font-medium">{visibleText(value)}</span>}
            <X aria-hidden className="size-4 shrink-0" />
          </Link>
        </li>
      ))}
    </ul>
  )
}
