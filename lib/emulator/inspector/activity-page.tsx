/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout } from '../api/cashier'
import { chinaTime } from '../format'
import type { Activity, ActivityFilter, ActivityList } from '../ledger/activity'
import type { Delivery } from '../ledger/schema'
import { ActivityTag, Arrow, attemptName, endpointOf } from './activity-parts'
import { writeActivityCursor } from './filters'
import {
  Card,
  Clock,
  Empty,
  Frame,
  Head,
  homeOf,
  hrefWith,
  type InspectorContext,
  Live,
  Money,
  orderHref,
  refundHref,
  When,
} from './frame'
import type { InspectorWords } from './words'

type ActivityProps = {
  context: InspectorContext
  filter: ActivityFilter
  list: ActivityList
  upcoming: Delivery[]
  checkouts: Checkout[]
  /** Address under which a merchant's program reaches the emulator. */
  address: string
}

/** Calls and deliveries as they happened, newest first, and beside them what is to come. */
export function ActivityPage({ context, filter, list, upcoming, checkouts, address }: ActivityProps) {
  const { view, words } = context
  const isNewest = filter.before === undefined
  return (
    <Frame context={context} tab="activity" title={words.title} isLive={isNewest}>
      <Head title={words.tab.activity} text={words.activityText}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <SearchForm context={context} filter={filter} />
      <div class="columns">
        <div data-live="activities">
          {list.activities.length === 0 ? (
            <Nothing context={context} filter={filter} list={list} address={address} />
          ) : (
            <Rows context={context} activities={list.activities} />
          )}
          <Older
            context={context}
            isSearch={list.activities.length === 0}
            next={list.next && writeActivityCursor(list.next)}
            filter={filter}
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
            <Upcoming context={context} deliveries={upcoming} />
          </Card>
        </div>
      </div>
    </Frame>
  )
}

function SearchForm({ context: { view, words }, filter }: { context: InspectorContext; filter: ActivityFilter }) {
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
        <input id="q" name="q" type="search" maxlength={100} value={filter.text} placeholder={words.searchHint} />
        {filter.kind !== undefined && <input type="hidden" name="kind" value={filter.kind} />}
        {filter.isFailed === true && <input type="hidden" name="failed" value="1" />}
        <button class="button" type="submit">
          {words.search}
        </button>
      </form>
      <ul class="pills" aria-label={words.filter}>
        {kinds.map(([kind, name]) => (
          <li key={name}>
            <a
              href={hrefWith(view, { kind, before: null })}
              aria-current={(filter.kind ?? null) === kind ? 'true' : undefined}
            >
              {name}
            </a>
          </li>
        ))}
        <li>
          <a
            class="pill-bad"
            href={hrefWith(view, { failed: filter.isFailed ? null : '1', before: null })}
            aria-current={filter.isFailed ? 'true' : undefined}
          >
            {words.onlyFailed}
          </a>
        </li>
      </ul>
    </search>
  )
}

/** The list, with the day said once for all that happened on it. */
function Rows({ context, activities }: { context: InspectorContext; activities: Activity[] }) {
  const days = new Map<string, Activity[]>()
  for (const activity of activities) {
    const day = chinaTime(activity.at).slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), activity])
  }
  return (
    <div class="card list">
      {[...days].map(([day, rows]) => (
        <section key={day}>
          <h2 class="day">{day}</h2>
          <ol class="activities">
            {rows.map((activity) => (
              <ActivityRow key={`${activity.kind}-${activity.id}`} context={context} activity={activity} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function ActivityRow({ context: { view, words }, activity }: { context: InspectorContext; activity: Activity }) {
  const id = `${activity.kind}-${activity.id}`
  const { title, number, where } = captionOf(activity, words)
  return (
    <li id={id} class={`activity ${activity.kind}`}>
      <Arrow kind={activity.kind} words={words} />
      <Clock at={activity.at} />
      <a class="activity-title" id={`${id}-link`} href={`${view.base}/${activity.kind}?id=${activity.id}`}>
        {title}
        <span>{number === null ? '—' : visibleText(number)}</span>
      </a>
      <code class="activity-where">{visibleText(where)}</code>
      <ActivityTag activity={activity} words={words} />
    </li>
  )
}

function captionOf(activity: Activity, words: InspectorWords): { title: string; number: string | null; where: string } {
  if (activity.kind === 'delivery') {
    const { delivery } = activity
    const { notifyUrl, outTradeNo, outRefundNo } = delivery
    return { title: attemptName(delivery, words), number: outRefundNo ?? outTradeNo, where: notifyUrl }
  }
  const { method, path, outTradeNo, outRefundNo } = activity.call
  return {
    title: endpointOf(path),
    number: outRefundNo ?? outTradeNo,
    where: method === 'POST' ? path : `${method} ${path}`,
  }
}

export function Upcoming({
  context: { view, words },
  deliveries,
}: {
  context: InspectorContext
  deliveries: Delivery[]
}) {
  if (deliveries.length === 0) return <p class="none">{words.noUpcoming}</p>
  return (
    <ul class="short">
      {deliveries.map((it) => (
        <li key={it.id}>
          <a
            href={
              it.outRefundNo === null
                ? orderHref(view, it)
                : refundHref(view, { mchId: it.mchId, outRefundNo: it.outRefundNo })
            }
          >
            <strong>{attemptName(it, words)}</strong>
            <span>{visibleText(it.outRefundNo ?? it.outTradeNo)}</span>
          </a>
          <When at={it.dueAt} />
        </li>
      ))}
    </ul>
  )
}

function Nothing({
  context: { view, words },
  filter,
  list,
  address,
}: {
  context: InspectorContext
  filter: ActivityFilter
  list: ActivityList
  address: string
}) {
  const isSearch = filter.text !== undefined || filter.kind !== undefined || filter.isFailed === true
  if (!isSearch && filter.before === undefined) {
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
      <Empty title={list.next === null ? words.nothingFound : words.nothingFoundYet}>
        <p>
          <a href={homeOf(view)}>{words.showAll}</a>
        </p>
      </Empty>
    </div>
  )
}

/** The way to older rows; a search that stopped looking says how far it got. */
export function Older({
  context: { view, words },
  isSearch,
  next,
  filter,
}: {
  context: InspectorContext
  isSearch: boolean
  next: string | null
  filter: { before?: unknown }
}) {
  if (next === null && filter.before === undefined) return null
  return (
    <nav class="pages" aria-label={words.pages}>
      {filter.before !== undefined && <a href={hrefWith(view, { before: null })}>{words.newest}</a>}
      {next !== null && <a href={hrefWith(view, { before: next })}>{isSearch ? words.searchOn : words.older}</a>}
    </nav>
  )
}
