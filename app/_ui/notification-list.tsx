import { getTranslations } from 'next-intl/server'
import type { Notification } from '@/lib/shop/notification'
import { visibleText } from '@/lib/visible-text'
import { EmptyState } from './empty-state'
import { VerdictChip } from './verdict-chip'
import { When } from './when'

/** Messages as a table; on a phone each is a card of its own. */
export async function NotificationList({
  notifications,
  isFiltered,
}: {
  notifications: Notification[]
  isFiltered: boolean
}) {
  const t = await getTranslations('notifications')
  if (notifications.length === 0) {
    return <EmptyState title={isFiltered ? t('emptyFiltered') : t('empty')} hint={t('lead')} />
  }
  const heads = [t('received'), t('verdict'), t('number'), t('reply'), t('times'), t('duration')]
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col" className="px-3 py-2 text-sm font-normal text-faded">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="flex flex-col gap-3 md:table-row-group">
        {notifications.map((notification) => (
          <Row key={notification.id} notification={notification} />
        ))}
      </tbody>
    </table>
  )
}

const CELL = 'md:table-cell md:border-t md:border-line md:px-3 md:py-2.5'

async function Row({ notification: { id, receivedAt, times, conclusion } }: { notification: Notification }) {
  const t = await getTranslations('notifications')
  const reply = conclusion === null ? '' : conclusion.reply === 'thanks' ? 'SUCCESS' : 'FAIL'
  return (
    <tr className="relative flex flex-wrap items-center gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-4 hover:bg-mist md:table-row md:rounded-none">
      <td className={`${CELL} whitespace-nowrap tabular-nums`}>
        {/* A whole new document, so that the page with the received bytes comes under its own rule: no script. */}
        <a
          href={`/admin/notifications/${id}`}
          aria-label={t('open', { id })}
          className="inline-flex min-h-11 items-center after:absolute after:inset-0 md:min-h-0"
        >
          <When at={receivedAt} seconds />
        </a>
      </td>
      <td className={CELL}>
        <VerdictChip verdict={conclusion?.verdict ?? null} />
      </td>
      <td className={`${CELL} w-full font-mono text-sm break-all md:w-auto`}>
        {visibleText(conclusion?.outTradeNo ?? '–')}
        {conclusion?.orderId != null && (
          <span className="block text-[0.8125rem] text-faded">
            <span className="font-sans">{t('order')}</span> {conclusion.orderId}
          </span>
        )}
      </td>
      <td className={`${CELL} text-sm`}>{reply}</td>
      <td className={`${CELL} text-sm tabular-nums`}>{t('timesValue', { count: times })}</td>
      <td className={`${CELL} text-sm text-faded tabular-nums`}>
        {conclusion !== null && t('durationValue', { ms: conclusion.concludedAt - receivedAt })}
      </td>
    </tr>
  )
}
