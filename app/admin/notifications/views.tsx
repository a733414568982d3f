import { Bookmark } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { getRuntime } from '@/lib/runtime'
import { EVERY_NOTIFICATION, type NotificationFilter } from '@/lib/shop/notification'
import { ActionForm } from '../../_ui/action-form'
import { Button } from '../../_ui/button'
import { listPath, readListQuery, writeFilter } from './list-query'

type View = { id: string; name: string; path: string }

const FORMS = '/api/admin/notifications/filters'

/** Questions that are asked often, one press each, and a way to keep the one that is asked now. */
export async function Views({ filter, adminId }: { filter: NotificationFilter; adminId: string }) {
  const t = await getTranslations('notifications')
  const { database } = await getRuntime()
  const saved = (await database.savedFilters.list(adminId)).map(({ id, name, query }): View => {
    const { filter: kept } = readListQuery(Object.fromEntries(new URLSearchParams(query)))
    return { id, name: visibleText(name), path: listPath(kept) }
  })
  const here = listPath(filter)
  const fixed: View[] = [
    { id: 'all', name: t('all'), path: listPath(EVERY_NOTIFICATION) },
    { id: 'attention', name: t('field.attention'), path: listPath({ ...EVERY_NOTIFICATION, isUnresolved: true }) },
  ]
  const views = [...fixed, ...saved]
  return (
    <>
      <ul aria-label={t('views')} className="flex min-w-0 flex-wrap gap-2">
        {views.map(({ id, name, path }) => (
          <li key={id} className="min-w-0">
            <a
              href={path}
              aria-current={path === here ? 'page' : undefined}
              className="inline-flex min-h-9 items-center rounded-full border border-line bg-card px-4 text-sm break-all hover:border-jade aria-[current]:border-pine aria-[current]:bg-pine aria-[current]:text-on-pine"
            >
              {name}
            </a>
          </li>
        ))}
      </ul>
      <Forget filter={filter} view={saved.find(({ path }) => path === here) ?? null} />
      {!views.some(({ path }) => path === here) && <Save filter={filter} />}
    </>
  )
}

function Asked({ filter }: { filter: NotificationFilter }) {
  return writeFilter(filter).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)
}

/** It can be saved again at once: forgotten, it is still what is asked now. */
async function Forget({ filter, view }: { filter: NotificationFilter; view: View | null }) {
  if (view === null) return null
  const t = await getTranslations('notifications')
  return (
    <ActionForm action={FORMS}>
      <Asked filter={filter} />
      <button
        type="submit"
        name="remove"
        value={view.id}
        className="min-h-9 cursor-pointer px-2 text-sm text-faded underline decoration-line underline-offset-4 hover:text-ink"
      >
        {t('forget', { name: view.name })}
      </button>
    </ActionForm>
  )
}

async function Save({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  return (
    <details className="text-sm open:w-full">
      <summary className="inline-flex min-h-9 cursor-pointer list-none items-center gap-1 px-1 text-faded hover:text-ink [&::-webkit-details-marker]:hidden">
        <Bookmark aria-hidden className="size-4" />
        {t('save')}
      </summary>
      <ActionForm
        action={FORMS}
        className="mt-2 flex flex-wrap items-end gap-3 rounded-2xl border border-line bg-card p-4"
      >
        <Asked filter={filter} />
        <label className="flex min-w-0 flex-1 flex-col gap-1 text-faded">
          {t('saveName')}
          <input
            name="name"
            required
            maxLength={40}
            autoComplete="off"
            className="h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink"
          />
        </label>
        <Button look="plain">{t('saveNow')}</Button>
      </ActionForm>
    </details>
  )
}
