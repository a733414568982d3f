/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { RowList, TradeFilter } from '../ledger/inspection'
import { TRADE_STATES, type TradeRecord } from '../ledger/schema'
import { Older } from './activity-page'
import { writeRowCursor } from './filters'
import { Empty, Frame, Head, hrefWith, type InspectorContext, Live, Money, orderHref, StateTag, When } from './frame'

/** All orders, newest first. */
export function OrdersPage({
  context,
  filter,
  found,
}: {
  context: InspectorContext
  filter: TradeFilter
  found: RowList<TradeRecord>
}) {
  const { view, words } = context
  const isNewest = filter.before === undefined
  const isSearch = filter.text !== undefined || filter.state !== undefined
  return (
    <Frame context={context} tab="orders" title={words.tab.orders} isLive={isNewest}>
      <Head title={words.tab.orders} text={words.ordersText}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <SearchForm context={context} filter={filter} />
      <div data-live="orders">
        {found.rows.length === 0 ? (
          <div class="card">
            <Empty title={isSearch ? words.nothingFound : words.noOrders}>
              <p>{isSearch ? <a href={`${view.base}/orders`}>{words.showAll}</a> : words.noOrdersText}</p>
            </Empty>
          </div>
        ) : (
          <div class="card list">
            <ol class="orders">
              {found.rows.map((trade) => (
                <OrderRow key={`${trade.mchId} ${trade.outTradeNo}`} context={context} trade={trade} />
              ))}
            </ol>
          </div>
        )}
        <Older
          context={context}
          isSearch={found.rows.length === 0}
          next={found.next && writeRowCursor(found.next)}
          filter={filter}
        />
      </div>
    </Frame>
  )
}

function OrderRow({ context: { view, words }, trade }: { context: InspectorContext; trade: TradeRecord }) {
  const id = `order-${trade.mchId}-${trade.outTradeNo}`
  return (
    <li id={id} class="order">
      <When at={trade.createdAt} />
      <a class="activity-title" id={`${id}-link`} href={orderHref(view, trade)}>
        {visibleText(trade.body)}
        <span>{visibleText(trade.outTradeNo)}</span>
      </a>
      <span class="order-kind">{trade.tradeType}</span>
      <Money fen={trade.totalFee} />
      <StateTag trade={trade} words={words} />
    </li>
  )
}

function SearchForm({ context: { view, words }, filter }: { context: InspectorContext; filter: TradeFilter }) {
  const states = [undefined, ...TRADE_STATES]
  return (
    <search class="search">
      <form method="get" action={`${view.base}/orders`}>
        <label class="hidden" for="q">
          {words.search}
        </label>
        <input id="q" name="q" type="search" maxlength={100} value={filter.text} placeholder={words.ordersHint} />
        {filter.state !== undefined && <input type="hidden" name="state" value={filter.state} />}
        <button class="button" type="submit">
          {words.search}
        </button>
      </form>
      <ul class="pills" aria-label={words.filter}>
        {states.map((state) => (
          <li key={state ?? 'all'}>
            <a
              href={hrefWith(view, { state: state ?? null, before: null })}
              aria-current={filter.state === state ? 'true' : undefined}
            >
              {state === undefined ? words.everything : words.state[state]}
            </a>
          </li>
        ))}
      </ul>
    </search>
  )
}
