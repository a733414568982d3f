import { RotateCcw } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { formatClaim } from '@/lib/shop/money'
import type { NotificationLine } from '@/lib/shop/notification'
import { VerdictChip } from './verdict-chip'
import { When } from './when'

type Props = {
  lines: NotificationLine[]
  /** Where a message is shown; by itself unless said otherwise. */
  hrefOf?: (id: number) => string
  /** The one that is shown beside the list. */
  shown?: number | null
  /** The one that the key for the next one opens. */
  next?: number | null
}

const pathOf = (id: number) => `/admin/notifications/${id}`

/** Messages in two lines each, the same on a phone and beside a message. */
export async function NotificationList({ lines, hrefOf = pathOf, shown = null, next = null }: Props) {
  return (
    <ol className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card">
      {lines.map((line) => (
        <Row key={line.id} line={line} href={hrefOf(line.id)} isShown={line.id === shown} isNext={line.id === next} />
      ))}
    </ol>
  )
}

async function Row({
  line: { receivedAt, replayOf, times, result },
  href,
  isShown,
  isNext,
}: {
  line: NotificationLine
  href: string
  isShown: boolean
  isNext: boolean
}) {
  const t = await getTranslations('notifications')
  const locale = await getLocale()
  return (
    <li>
      {/* A whole new document, so that the page with the received bytes comes under its own rule. */}
      <a
        href={href}
        aria-current={isShown ? 'true' : undefined}
        data-step={isNext ? 'next' : undefined}
        className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-l-4 border-transparent px-3 py-2.5 text-sm tabular-nums -outline-offset-3 hover:bg-mist aria-[current]:border-jade aria-[current]:bg-mist"
      >
        <When at={receivedAt} ms />
        <VerdictChip verdict={result?.verdict ?? null} />
        <span className="min-w-0 flex-1 basis-40 font-mono text-[0.8125rem] break-all text-faded">
          {visibleText(result?.outTradeNo ?? '–')}
        </span>
        {times > 1 && t('timesValue', { count: times })}
        {replayOf !== null && (
          <span className="inline-flex items-center gap-1 text-faded">
            <RotateCcw aria-hidden className="size-3.5" />
            {t('replayOf', { id: replayOf })}
          </span>
        )}
        {result?.claimedFen != null && formatClaim(result.claimedFen, locale)}
      </a>
    </li>
  )
}
