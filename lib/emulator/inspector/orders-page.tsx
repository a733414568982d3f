/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { RowList, TradeFilter } from '../ledger/inspection'
import { TRADE_STATES, type TradeRecord } from '../ledger/schema'
import { type InspectorContext, Money, orderHref, StateTag, When } from './frame'
import { RecordList } from './record-list'

type Props = { context: InspectorContext; filter: TradeFilter; found: RowList<TradeRecord> }

/** All orders, newest first. */
export function OrdersPage({ context, filter, found }: Props) {
  const { ordersText: text, ordersHint: hint, noOrders: none, noOrdersText: noneText, state } = context.words
  return (
    <RecordList
      context={context}
      tab="orders"
      words={{ text, hint, none, noneText }}
      filter={filter}
      state={{ name: 'state', now: filter.state, all: TRADE_STATES.map((it) => [it, state[it]]) }}
      found={found}
      row={(trade) => <OrderRow key={`${trade.mchId} ${trade.outTradeNo}`} context={context} trade={trade} />}
    />
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
