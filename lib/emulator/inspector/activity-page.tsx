/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/web/visible-text'
import type { Checkout } from '../api/cashier'
import type { Delivery } from '../ledger/schema'
import { moment } from '../words'
import type { Activity, ActivityPage_, Wish } from './activity'
import {
  Card,
  Clock,
  type Desk,
  Empty,
  Frame,
  Head,
  homeOf,
  hrefWith,
  Live,
  Money,
  orderHref,
  Tag,
  type Tone,
  When,
} from './frame'
import { writePosition } from './wish'
import type { InspectorWords } from './words'

type ActivityProps = {
  desk: Desk
  wish: Wish
  acts: ActivityPage_
  upcoming: Delivery[]
  checkouts: Checkout[]
  /** Address under which a merchant's program reaches the emulator. */
  address: string
}

/** Calls and deliveries as they happened, newest first, and beside them what is to come. */
export function ActivityPage({ desk, wish, acts, upcoming, checkouts, address }: ActivityProps) {
  const { view, words } = desk
  const isNewest = wish.before === undefined
  return (
    <Frame desk={desk} room="activity" title={words.title} isLive={isNewest}>
      <Head title={words.room.activity} text={words.activityText}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <SearchForm desk={desk} wish={wish} />
      <div class="columns">
        <div data-live="acts">
          {acts.acts.length === 0 ? (
            <Nothing desk={desk} wish={wish} acts={acts} address={address} />
          ) : (
            <ActivityList desk={desk} acts={acts.acts} />
          )}
          <Older
            desk={desk}
            isSearch={acts.acts.length === 0}
            next={acts.next && writePosition(acts.next)}
            wish={wish}
          />
        </div>
        <div class="rail follow" data-live="rail">
          <Card title={words.waitingCheckouts}>
            {checkouts.length === 0 ? (
              <p class="none">{words.noCheckouts}</p>
            ) : (
              <ul class="short">
                {checkouts.map(({ trade }) => (
                  <li key={trade.outTradeNo}>
                    <a href={orderHref(view, trade)}>
                      <strong>{visibleText(trade.body)}</strong>
                      <span>{trade.tradeType}</span>
                    </a>
                    <Money fen={trade.totalFee} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Card title={words.upcoming}>
            <Upcoming desk={desk} deliveries={upcoming} />
          </Card>
        </div>
      </div>
    </Frame>
  )
}

function SearchForm({ desk: { view, words }, wish }: { desk: Desk; wish: Wish }) {
  const kinds = [
    [null, words.everything],
    ['call', words.calls],
    ['delivery', words.deliveries],
  ] as const
  return (
    <search class="search">
      <form method="get" action={homeOf(view)}>
        <label class="hidden" for="q">
          {words.search}
        </label>
        <input id="q" name="q" type="search" maxlength={100} value={wish.text} placeholder={words.searchHint} />
        {wish.kind !== undefined && <input type="hidden" name="kind" value={wish.kind} />}
        {wish.isFailed === true && <input type="hidden" name="failed" value="1" />}
        <button class="button" type="submit">
          {words.search}
        </button>
      </form>
      <ul class="pills" aria-label={words.filter}>
        {kinds.map(([kind, name]) => (
          <li key={name}>
            <a
              href={hrefWith(view, { kind, before: null })}
              aria-current={(wish.kind ?? null) === kind ? 'true' : undefined}
            >
              {name}
            </a>
          </li>
        ))}
        <li>
          <a
            class="pill-bad"
            href={hrefWith(view, { failed: wish.isFailed ? null : '1', before: null })}
            aria-current={wish.isFailed ? 'true' : undefined}
          >
            {words.onlyFailed}
          </a>
        </li>
      </ul>
    </search>
  )
}

/** The list, with the day said once for all that happened on it. */
function ActivityList({ desk, acts }: { desk: Desk; acts: Activity[] }) {
  const days = new Map<string, Activity[]>()
  for (const act of acts) {
    const day = moment(act.at).slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), act])
  }
  return (
    <div class="card list">
      {[...days].map(([day, rows]) => (
        <section key={day}>
          <h2 class="day">{day}</h2>
          <ol class="acts">
            {rows.map((act) => (
              <ActivityRow key={`${act.kind}-${act.id}`} desk={desk} act={act} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function ActivityRow({ desk: { view, words }, act }: { desk: Desk; act: Activity }) {
  const id = `${act.kind}-${act.id}`
  const { title, number, where } = captionOf(act, words)
  return (
    <li id={id} class={`act ${act.kind}`}>
      <Arrow kind={act.kind} words={words} />
      <Clock at={act.at} />
      <a class="act-title" id={`${id}-link`} href={`${view.base}/${act.kind}?id=${act.id}`}>
        {title}
        <span>{number === null ? '—' : visibleText(number)}</span>
      </a>
      <code class="act-where">{visibleText(where)}</code>
      <ActivityTag act={act} words={words} />
    </li>
  )
}

function captionOf(act: Activity, words: InspectorWords): { title: string; number: string | null; where: string } {
  if (act.kind === 'delivery') {
    const { attempt, notifyUrl, outTradeNo } = act.delivery
    return { title: words.attempt(attempt), number: outTradeNo, where: notifyUrl }
  }
  const { method, path, outTradeNo } = act.call
  return { title: endpointOf(path), number: outTradeNo, where: method === 'POST' ? path : `${method} ${path}` }
}

/** The last part of a path, which is what everybody calls it. */
export function endpointOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Which way it went: a call comes in, a delivery goes out. */
export function Arrow({ kind, words }: { kind: Activity['kind']; words: InspectorWords }) {
  return (
    <svg class={`arrow ${kind}`} viewBox="0 0 24 24" width="28" height="28" role="img" aria-label={words.kind[kind]}>
      <rect width="24" height="24" rx="8" />
      <path d={kind === 'call' ? 'M16 8 8.5 15.5M8.5 10v5.5H14' : 'M8 16l7.5-7.5M10 8.5h5.5V14'} />
    </svg>
  )
}

export function ActivityTag({ act, words }: { act: Activity; words: InspectorWords }) {
  if (act.kind === 'delivery') return <OutcomeTag outcome={act.delivery.outcome} words={words} />
  const { outcome, answered } = act.call
  if (!answered) return <Tag tone="bad">{words.notAnswered}</Tag>
  return <Tag tone={outcome === 'SUCCESS' ? 'good' : 'bad'}>{visibleText(outcome)}</Tag>
}

export function OutcomeTag({ outcome, words }: { outcome: Delivery['outcome']; words: InspectorWords }) {
  const tones: Partial<Record<Delivery['outcome'], Tone>> = { accepted: 'good', waiting: 'wait', sending: 'wait' }
  return <Tag tone={tones[outcome] ?? 'bad'}>{words.outcome[outcome]}</Tag>
}

export function Upcoming({ desk: { view, words }, deliveries }: { desk: Desk; deliveries: Delivery[] }) {
  if (deliveries.length === 0) return <p class="none">{words.noUpcoming}</p>
  return (
    <ul class="short">
      {deliveries.map((it) => (
        <li key={it.id}>
          <a href={orderHref(view, it)}>
            <strong>{words.attempt(it.attempt)}</strong>
            <span>{visibleText(it.outTradeNo)}</span>
          </a>
          <When at={it.dueAt} />
        </li>
      ))}
    </ul>
  )
}

function Nothing({
  desk: { view, words },
  wish,
  acts,
  address,
}: {
  desk: Desk
  wish: Wish
  acts: ActivityPage_
  address: string
}) {
  const isSearch = wish.text !== undefined || wish.kind !== undefined || wish.isFailed === true
  if (!isSearch && wish.before === undefined) {
    return (
      <div class="card">
        <Empty title={words.nothingYet}>
          <p>{words.nothingYetText}</p>
          <p>
            <code class="address">{address}</code>
          </p>
        </Empty>
      </div>
    )
  }
  return (
    <div class="card">
      <Empty title={acts.next === null ? words.nothingFound : words.nothingFoundYet}>
        <p>
          <a href={homeOf(view)}>{words.showAll}</a>
        </p>
      </Empty>
    </div>
  )
}

/** The way to older rows; a search that stopped looking says how far it got. */
export function Older({
  desk: { view, words },
  isSearch,
  next,
  wish,
}: {
  desk: Desk
  isSearch: boolean
  next: string | null
  wish: { before?: unknown }
}) {
  if (next === null && wish.before === undefined) return null
  return (
    <nav class="pages" aria-label={words.pages}>
      {wish.before !== undefined && <a href={hrefWith(view, { before: null })}>{words.newest}</a>}
      {next !== null && <a href={hrefWith(view, { before: next })}>{isSearch ? words.searchOn : words.older}</a>}
    </nav>
  )
}
