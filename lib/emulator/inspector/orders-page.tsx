/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/web/visible-text'
import type { Place, TradeWish } from '../ledger/inspection'
import type { Trade } from '../ledger/schema'
import { Older } from './activity-page'
import { type Desk, Empty, Frame, Head, hrefWith, Live, Money, orderHref, StateTag, When } from './frame'
import { writePlace } from './wish'

/** All orders, newest first. */
export function OrdersPage({
  desk,
  wish,
  found,
}: {
  desk: Desk
  wish: TradeWish
  found: { trades: Trade[]; next: Place | null }
}) {
  const { view, words } = desk
  const isNewest = wish.before === undefined
  const isSearch = wish.text !== undefined || wish.state !== undefined
  return (
    <Frame desk={desk} room="orders" title={words.room.orders} isLive={isNewest}>
      <Head title={words.room.orders} text={words.ordersText}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <SearchForm desk={desk} wish={wish} />
      <div data-live="orders">
        {found.trades.length === 0 ? (
          <div class="card">
            <Empty title={isSearch ? words.nothingFound : words.noOrders}>
              <p>{isSearch ? <a href={`${view.base}/orders`}>{words.showAll}</a> : words.noOrdersText}</p>
            </Empty>
          </div>
        ) : (
          <div class="card list">
            <ol class="orders">
              {found.trades.map((trade) => (
                <OrderRow key={`${trade.mchId} ${trade.outTradeNo}`} desk={desk} trade={trade} />
              ))}
            </ol>
          </div>
        )}
        <Older
          desk={desk}
          isSearch={found.trades.length === 0}
          next={found.next && writePlace(found.next)}
          wish={wish}
        />
      </div>
    </Frame>
  )
}

function OrderRow({ desk: { view, words }, trade }: { desk: Desk; trade: Trade }) {
  const id = `order-${trade.mchId}-${trade.outTradeNo}`
  return (
    <li id={id} class="order">
      <When at={trade.createdAt} />
      <a class="act-title" id={`${id}-link`} href={orderHref(view, trade)}>
        {visibleText(trade.body)}
        <span>{visibleText(trade.outTradeNo)}</span>
      </a>
      <span class="order-kind">{trade.tradeType}</span>
      <Money fen={trade.totalFee} />
      <StateTag trade={trade} words={words} />
    </li>
  )
}

function SearchForm({ desk: { view, words }, wish }: { desk: Desk; wish: TradeWish }) {
  const states = [undefined, 'NOTPAY', 'SUCCESS', 'CLOSED'] as const
  return (
    <search class="search">
      <form method="get" action={`${view.base}/orders`}>
        <label class="hidden" for="q">
          {words.search}
        </label>
        <input id="q" name="q" type="search" maxlength={100} value={wish.text} placeholder={words.ordersHint} />
        {wish.state !== undefined && <input type="hidden" name="state" value={wish.state} />}
        <button class="button" type="submit">
          {words.search}
        </button>
      </form>
      <ul class="pills" aria-label={words.filter}>
        {states.map((state) => (
          <li key={state ?? 'all'}>
            <a
              href={hrefWith(view, { state: state ?? null, before: null })}
              aria-current={wish.state === state ? 'true' : undefined}
            >
              {state === undefined ? words.everything : words.state[state]}
            </a>
          </li>
        ))}
      </ul>
    </search>
  )
}
