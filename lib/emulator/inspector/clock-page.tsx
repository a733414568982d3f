/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout } from '../api/cashier'
import { chinaTime } from '../format'
import type { Delivery } from '../ledger/schema'
import { Upcoming } from './activity-page'
import { Card, Frame, Head, homeOf, type InspectorContext, Live, Money, orderHref, When } from './frame'

const SECOND = 1
const MINUTE = 60
const HOUR = 60 * MINUTE
const LEAPS = [15 * SECOND, 3 * MINUTE, 30 * MINUTE, 24 * HOUR] as const
export const UNITS = { seconds: SECOND, minutes: MINUTE, hours: HOUR } as const

/** What time it is at WeChat, and the ways to move it. */
export function ClockPage({
  context,
  aheadMs,
  upcoming,
  expiring,
}: {
  context: InspectorContext
  /** How far the clock was pushed. */
  aheadMs: number
  upcoming: Delivery[]
  expiring: Checkout[]
}) {
  const { view, words } = context
  return (
    <Frame context={context} tab="clock" title={words.tab.clock} isLive>
      <Head title={words.tab.clock} text={words.clockText}>
        <Live words={words} href={`${view.base}/clock`} />
      </Head>
      <div class="columns">
        <div class="stack">
          <ClockCard context={context} aheadMs={aheadMs} />
          <section class="card danger">
            <h2>{words.reset}</h2>
            <p>{words.resetText}</p>
            <p>
              <a class="button" href={`${view.base}/reset`}>
                {words.reset} …
              </a>
            </p>
          </section>
        </div>
        <div class="rail" data-live="rail">
          <Card title={words.upcoming}>
            <Upcoming context={context} deliveries={upcoming} />
          </Card>
          <Expiring context={context} checkouts={expiring} />
        </div>
      </div>
    </Frame>
  )
}

function ClockCard({ context: { view, words, now }, aheadMs }: { context: InspectorContext; aheadMs: number }) {
  return (
    <section class="card clock-card">
      <div data-live="time">
        <p class="clock-day">{chinaTime(now).slice(0, 10)}</p>
        <p class="clock-time">
          <time data-clock={String(now)} data-from="11">
            {chinaTime(now).slice(11)}
          </time>
        </p>
        <p class="clock-ahead">{aheadMs === 0 ? words.realTime : words.ahead(aheadMs)}</p>
      </div>
      <form method="post" action={`${view.base}/clock`} class="leaps">
        {LEAPS.map((seconds) => (
          <button key={seconds} class="button" type="submit" name="seconds" value={String(seconds)}>
            {words.leap(seconds)}
          </button>
        ))}
      </form>
      <form method="post" action={`${view.base}/clock`} class="free">
        <label>
          <span>{words.moveBy}</span>
          <input name="amount" type="number" min={1} max={100_000} step={1} required inputmode="numeric" />
        </label>
        <label>
          <span>{words.unit}</span>
          <select name="unit">
            {Object.keys(UNITS).map((unit) => (
              <option key={unit} value={unit} selected={unit === 'minutes'}>
                {words.units[unit as keyof typeof UNITS]}
              </option>
            ))}
          </select>
        </label>
        <button class="button primary" type="submit">
          {words.move}
        </button>
      </form>
      <p class="hint">{words.clockHint}</p>
    </section>
  )
}

function Expiring({ context: { view, words }, checkouts }: { context: InspectorContext; checkouts: Checkout[] }) {
  return (
    <Card title={words.expiring}>
      {checkouts.length === 0 ? (
        <p class="none">{words.noExpiring}</p>
      ) : (
        <ul class="short">
          {checkouts.map(({ trade, payableUntil }) => (
            <li key={trade.outTradeNo}>
              <a href={orderHref(view, trade)}>
                <strong>{visibleText(trade.body)}</strong>
                <Money fen={trade.totalFee} />
              </a>
              <When at={payableUntil} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

/** The second step before everything is forgotten. */
export function ResetPage({ context }: { context: InspectorContext }) {
  const { view, words } = context
  return (
    <Frame context={context} tab="clock" title={words.reset}>
      <section class="card danger alone">
        <h1>{words.resetSure}</h1>
        <p>{words.resetText}</p>
        <form method="post" action={`${view.base}/reset`}>
          <a class="button" href={`${view.base}/clock`}>
            {words.keep}
          </a>
          <button class="button bad" type="submit" name="confirm" value="yes">
            {words.resetYes}
          </button>
        </form>
      </section>
    </Frame>
  )
}

export function MissingPage({ context }: { context: InspectorContext }) {
  const { view, words } = context
  return (
    <Frame context={context} tab="activity" title={words.missing}>
      <section class="card alone">
        <h1>{words.missing}</h1>
        <p>{words.missingText}</p>
        <p>
          <a class="button" href={homeOf(view)}>
            {words.showAll}
          </a>
        </p>
      </section>
    </Frame>
  )
}
