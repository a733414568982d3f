import { RotateCcw } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { formatClaim } from '@/lib/shop/money'
import type { NotificationLine } from '@/lib/shop/notification'
import { VerdictChip } from './verdict-chip'
import { When } from './when'

/** Messages as a table; on a phone each is a card of its own. */
export async function NotificationList({ lines }: { lines: NotificationLine[] }) {
  const t = await getTranslations('notifications')
  const heads = [t('received'), t('verdict'), t('number'), t('amount'), t('reply'), t('times'), t('duration')]
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr>
          {heads.map((head, index) => (
            <th
              key={head}
              scope="col"
              className={`px-3 py-2 text-sm font-normal text-faded ${index === 3 ? 'text-right' : ''}`}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="flex flex-col gap-3 md:table-row-group">
        {lines.map((line) => (
          <Row key={line.id} line={line} />
        ))}
      </tbody>
    </table>
  )
}

const CELL = 'md:table-cell md:border-t md:border-line md:px-3 md:py-2.5'

async function Row({ line: { id, receivedAt, replayOf, times, result } }: { line: NotificationLine }) {
  const t = await getTranslations('notifications')
  const locale = await getLocale()
  const reply = result === null ? '' : result.reply === 'acknowledge' ? 'SUCCESS' : 'FAIL'
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
        <span className="flex flex-wrap items-center gap-2">
          <VerdictChip verdict={result?.verdict ?? null} />
          {replayOf !== null && (
            <span className="inline-flex items-center gap-1 text-sm whitespace-nowrap text-faded">
              <RotateCcw aria-hidden className="size-3.5" />
              {t('replayOf', { id: replayOf })}
            </span>
          )}
        </span>
      </td>
      <td className={`${CELL} w-full font-mono text-sm break-all md:w-auto`}>
        {visibleText(result?.outTradeNo ?? '–')}
        {result?.orderId != null && (
          <span className="block text-[0.8125rem] text-faded">
            <span className="font-sans">{t('order')}</span> {result.orderId}
          </span>
        )}
      </td>
      <td className={`${CELL} text-sm whitespace-nowrap tabular-nums md:text-right`}>
        {result?.claimedFen != null && formatClaim(result.claimedFen, locale)}
      </td>
      <td className={`${CELL} text-sm`}>{reply}</td>
      <td className={`${CELL} text-sm tabular-nums`}>{t('timesValue', { count: times })}</td>
      <td className={`${CELL} text-sm text-faded tabular-nums`}>
        {result !== null && t('durationValue', { ms: result.processedAt - receivedAt })}
      </td>
    </tr>
  )
}
