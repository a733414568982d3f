import { getFormatter, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOfDay } from '@/lib/shop/beijing'
import { type NotificationFilter, TO_LOOK_AT, VERDICTS, type Verdict } from '@/lib/shop/notification'
import type { Tone } from '../../_ui/chip'
import { VERDICT_TONES } from '../../_ui/verdict-chip'
import { listPath } from './list-query'

const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS
/** Wide enough to be tapped on a small phone. */
const DAYS = 14
const PART_MS = 2 * HOUR_MS

const BAR = 24
const HEIGHT = 72
/** One message among thousands can still be seen. */
const HEIGHT_MIN = 3

const TONES: [tone: Tone, fill: string, ground: string][] = [
  ['good', 'fill-jade', 'bg-jade'],
  ['over', 'fill-faded/60', 'bg-faded/60'],
  ['waiting', 'fill-amber', 'bg-amber'],
  ['alarm', 'fill-clay', 'bg-clay'],
  ['hostile', 'fill-ink', 'bg-ink'],
]

type Span = { from: number; until: number; stepMs: number }
type Bar = { at: number; counts: Partial<Record<Verdict, number>>; all: number }

/** The days up to the time that is asked for; or one day, when the time lies within one. */
function spanOf({ from, until }: NotificationFilter, now: number): Span {
  if (from !== null && until !== null && until <= beginOfDay(from) + DAY_MS) {
    return { from: beginOfDay(from), until: beginOfDay(from) + DAY_MS, stepMs: PART_MS }
  }
  const end = beginOfDay(until === null ? now : Math.min(until - 1, now)) + DAY_MS
  return { from: end - DAYS * DAY_MS, until: end, stepMs: DAY_MS }
}

/**
 * How many messages came when, and what became of them. Each bar is a link to what came then: first a day, then two hours
 * of it. The counts are kept by the hour, so that they cost the same however long the log is.
 */
export async function Histogram({ filter }: { filter: NotificationFilter }) {
  const t = await getTranslations('notifications')
  const format = await getFormatter()
  const { store, now } = await getShop()
  const span = spanOf(filter, now())
  const bars = barsOf(span, await store.countVerdicts(span.from, span.until), filter)
  const max = Math.max(...bars.map(({ all }) => all), 1)
  const isDay = span.stepMs < DAY_MS
  const label = (at: number) =>
    format.dateTime(
      at,
      isDay ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : { month: 'short', day: 'numeric' },
    )
  const hasMore = filter.number !== null || filter.text !== null
  const caption = t(isDay ? 'histogram.day' : 'histogram.days', {
    date: format.dateTime(span.from, { month: 'short', day: 'numeric' }),
  })
  return (
    <figure className="mt-3 text-sm text-faded">
      <figcaption className="flex flex-wrap justify-between gap-x-3">
        <span>
          {caption}
          {hasMore && ` · ${t('histogram.all')}`}
        </span>
        {isDay && (
          <a href={listPath({ ...filter, from: null, until: null })} className="text-jade underline">
            {t('histogram.back')}
          </a>
        )}
        <span className="tabular-nums">{t('histogram.max', { count: max })}</span>
      </figcaption>
      <nav aria-label={caption}>
        <svg
          viewBox={`0 0 ${bars.length * BAR} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="mt-1 h-16 w-full border-b border-line"
        >
          <title>{caption}</title>
          {bars.map(
            (bar, place) =>
              bar.all > 0 && (
                <BarLink
                  key={bar.at}
                  bar={bar}
                  place={place}
                  max={max}
                  span={span}
                  filter={filter}
                  label={label(bar.at)}
                />
              ),
          )}
        </svg>
      </nav>
      <p aria-hidden className="flex justify-between text-xs tabular-nums">
        <span>{label(span.from)}</span>
        <span>{label(span.from + (bars.length / 2) * span.stepMs)}</span>
        <span>{label(span.until - span.stepMs)}</span>
      </p>
      <Legend bars={bars} filter={filter} />
    </figure>
  )
}

function barsOf(
  { from, until, stepMs }: Span,
  counts: { at: number; verdict: Verdict; count: number }[],
  { verdict, isUnresolved }: NotificationFilter,
): Bar[] {
  const bars: Bar[] = Array.from({ length: (until - from) / stepMs }, (_, n) => ({
    at: from + n * stepMs,
    counts: {},
    all: 0,
  }))
  for (const it of counts) {
    const bar = bars[Math.floor((it.at - from) / stepMs)]
    const isWanted = (verdict ?? it.verdict) === it.verdict && (!isUnresolved || TO_LOOK_AT.includes(it.verdict))
    if (bar === undefined || !isWanted) continue
    bar.counts[it.verdict] = (bar.counts[it.verdict] ?? 0) + it.count
    bar.all += it.count
  }
  return bars
}

/** One time, its verdicts on each other. The one that is asked for leads back to all. */
async function BarLink({
  bar: { at, counts, all },
  place,
  max,
  span: { stepMs },
  filter,
  label,
}: {
  bar: Bar
  place: number
  max: number
  span: Span
  filter: NotificationFilter
  label: string
}) {
  const t = await getTranslations('notifications')
  const isChosen = filter.from === at && filter.until === at + stepMs
  const day = stepMs < DAY_MS ? beginOfDay(at) : null
  const wider = day === null ? { from: null, until: null } : { from: day, until: day + DAY_MS }
  const name = t('histogram.bar', { time: label, count: all })
  const x = place * BAR
  let top = HEIGHT
  return (
    <a
      href={listPath({ ...filter, ...(isChosen ? wider : { from: at, until: at + stepMs }) })}
      aria-label={name}
      aria-current={isChosen ? 'true' : undefined}
    >
      <title>{name}</title>
      <rect x={x} width={BAR} height={HEIGHT} className={isChosen ? 'fill-mist' : 'fill-transparent hover:fill-mist'} />
      {TONES.map(([tone, fill]) => {
        const count = VERDICTS.reduce((sum, it) => sum + (VERDICT_TONES[it] === tone ? (counts[it] ?? 0) : 0), 0)
        if (count === 0) return null
        const height = Math.max(HEIGHT_MIN, (count / max) * (HEIGHT - TONES.length * HEIGHT_MIN))
        top -= height
        return (
          <rect
            key={tone}
            x={x + 3}
            y={top}
            width={BAR - 6}
            height={height}
            className={`pointer-events-none ${fill}`}
          />
        )
      })}
    </a>
  )
}

/** What the colours mean, and how many there are; each shows just those. */
async function Legend({ bars, filter }: { bars: Bar[]; filter: NotificationFilter }) {
  const words = await getTranslations('verdict')
  const sums = VERDICTS.map(
    (verdict) => [verdict, bars.reduce((sum, { counts }) => sum + (counts[verdict] ?? 0), 0)] as const,
  )
  const grounds = Object.fromEntries(TONES.map(([tone, , ground]) => [tone, ground]))
  return (
    <ul className="mt-1 flex flex-wrap gap-x-4">
      {sums
        .filter(([, sum]) => sum > 0)
        .map(([verdict, sum]) => (
          <li key={verdict}>
            <a
              href={listPath({ ...filter, verdict: filter.verdict === verdict ? null : verdict })}
              aria-current={filter.verdict === verdict ? 'true' : undefined}
              className="inline-flex min-h-7 items-center gap-1.5 hover:text-ink aria-[current]:text-ink"
            >
              <span aria-hidden className={`size-2.5 rounded-xs ${grounds[VERDICT_TONES[verdict]]}`} />
              {words(verdict)} {sum}
            </a>
          </li>
        ))}
    </ul>
  )
}
