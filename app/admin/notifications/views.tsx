import { getTranslations } from 'next-intl/server'
import { EVERY_NOTIFICATION, type NotificationFilter } from '@/lib/shop/notification'
import { listPath } from './list-query'

/** Questions that are asked often, one press each. */
export async function Views({ filter }: { filter: NotificationFilter; adminId: string }) {
  const t = await getTranslations('notifications')
  const here = listPath(filter)
  const views = [
    [t('all'), listPath(EVERY_NOTIFICATION)],
    [t('field.attention'), listPath({ ...EVERY_NOTIFICATION, isUnresolved: true })],
  ] as const
  return (
    <ul aria-label={t('views')} className="flex flex-wrap gap-2">
      {views.map(([name, path]) => (
        <li key={path}>
          <a
            href={path}
            aria-current={path === here ? 'page' : undefined}
            className="inline-flex min-h-9 items-center rounded-full border border-line bg-card px-4 text-sm hover:border-jade aria-[current]:border-pine aria-[current]:bg-pine aria-[current]:text-on-pine"
          >
            {name}
          </a>
        </li>
      ))}
    </ul>
  )
}
