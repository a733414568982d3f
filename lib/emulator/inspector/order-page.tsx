/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout, CheckoutState } from '../api/cashier'
import type { RefundRecord } from '../ledger/refund-schema'
import type { PrepayRecord, TradeRecord } from '../ledger/schema'
import { Card, Fact, Facts, Frame, Head, hrefWith, type InspectorContext, Live, Money, StateTag, When } from './frame'
import { ConsoleRefund, OrderRefunds } from './order-refunds'
import { type Happenings, Timeline } from './timeline'
import type { InspectorWords } from './words'

/** One order's life. */
export type History = Happenings & {
  trade: TradeRecord
  checkout: Checkout | null
  prepays: { prepay: PrepayRecord; payableUntil: number }[]
  /** Oldest first. */
  refunds: RefundRecord[]
  /** What can still be refunded, and what the merchant has to refund from; null when there is nothing. */
  refundable: { leftFee: number; balance: number } | null
}
/** What the last tap on a button came to. */
export const ORDER_NOTICES = ['resent', 'not_paid', 'paid', 'not_enough', 'cancel', 'refused', 'not_refunded'] as const
type OrderNotice = (typeof ORDER_NOTICES)[number]
const BAD_NOTICES = new Set<OrderNotice>(['refused', 'not_paid', 'not_refunded'])

export function OrderPage({
  context,
  history,
  notice,
}: {
  context: InspectorContext
  history: History
  notice: OrderNotice | null
}) {
  const { view, words } = context
  const { trade, checkout, prepays, refunds, refundable } = history
  const paid = trade.paidAt === null ? [] : [{ id: 'paid', at: trade.paidAt, title: words.paidOnPhone }]
  return (
    <Frame context={context} tab="orders" title={visibleText(trade.outTradeNo)} isLive>
      <p class="back">
        <a href={`${view.base}/orders`}>‹ {words.tab.orders}</a>
      </p>
      <Head title={<Money fen={trade.totalFee} />} text={visibleText(trade.body)}>
        <Live words={words} href={hrefWith(view, { notice: null })} />
      </Head>
      {notice !== null && (
        <p class={BAD_NOTICES.has(notice) ? 'message bad' : 'message'} role="status">
          {words.notice[notice]}
        </p>
      )}
      <div class="columns">
        <div class="stack">
          <section class="card">
            <h2>{words.history}</h2>
            <div data-live="history">
              <Timeline context={context} happenings={history} marks={paid} />
            </div>
          </section>
        </div>
        <div class="rail">
          <div class="rail" data-live="rail">
            <Card>
              <div class="standing">
                <StateTag trade={trade} words={words} />
                {checkout?.state === 'expired' && <span class="tag plain">{words.tooLate}</span>}
              </div>
              <Buttons context={context} trade={trade} state={checkout?.state} />
              <p class="more">
                <a href={`${view.base}/faults?${new URLSearchParams({ out_trade_no: trade.outTradeNo })}`}>
                  {words.faultsHere}
                </a>
              </p>
              <OrderFacts trade={trade} words={words} />
            </Card>
            {refunds.length > 0 && <OrderRefunds context={context} refunds={refunds} />}
            <Prepays context={context} prepays={prepays} />
          </div>
          {refundable !== null && <ConsoleRefund context={context} trade={trade} refundable={refundable} />}
        </div>
      </div>
    </Frame>
  )
}

function OrderFacts({ trade, words }: { trade: TradeRecord; words: InspectorWords }) {
  return (
    <Facts>
      <Fact name={words.number}>
        <code>{visibleText(trade.outTradeNo)}</code>
      </Fact>
      <Fact name={words.merchant}>{trade.mchId}</Fact>
      <Fact name="appid">{trade.appid}</Fact>
      <Fact name={words.kindOfTrade}>{trade.tradeType}</Fact>
      <Fact name={words.apiVersion}>{trade.apiVersion}</Fact>
      <Fact name={words.signType}>{trade.apiVersion === 'v2' ? trade.signType : 'RSA'}</Fact>
      <Fact name={words.created}>
        <When at={trade.createdAt} />
      </Fact>
      <Fact name={words.expires}>{trade.expiresAt === null ? words.never : <When at={trade.expiresAt} />}</Fact>
      {trade.paidAt !== null && (
        <Fact name={words.paidAt}>
          <When at={trade.paidAt} />
        </Fact>
      )}
      {trade.transactionId !== null && (
        <Fact name="transaction_id">
          <code>{trade.transactionId}</code>
        </Fact>
      )}
      {trade.closedAt !== null && (
        <Fact name={words.closedAt}>
          <When at={trade.closedAt} />
        </Fact>
      )}
      <Fact name="openid">
        <code>{visibleText(trade.openid)}</code>
      </Fact>
      <Fact name="notify_url">
        <code>{visibleText(trade.notifyUrl)}</code>
      </Fact>
      {trade.attach !== '' && <Fact name="attach">{visibleText(trade.attach)}</Fact>}
    </Facts>
  )
}

function Prepays({ context: { words, now }, prepays }: { context: InspectorContext; prepays: History['prepays'] }) {
  return (
    <Card title={words.prepays}>
      <ul class="short prepays">
        {prepays.map(({ prepay, payableUntil }) => (
          <li key={prepay.prepayId}>
            <code>{prepay.prepayId}</code>
            <span>
              {payableUntil > now ? words.goodUntil : words.wasGoodUntil} <When at={payableUntil} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Buttons({
  context: { view, words },
  trade,
  state,
}: {
  context: InspectorContext
  trade: TradeRecord
  state: CheckoutState | undefined
}) {
  const names = (
    <>
      <input type="hidden" name="mch_id" value={trade.mchId} />
      <input type="hidden" name="out_trade_no" value={trade.outTradeNo} />
    </>
  )
  if (trade.transactionId !== null) {
    return (
      <form class="order-buttons" method="post" action={`${view.base}/order/resend`}>
        {names}
        <button class="button primary" id="resend" type="submit">
          {words.resend}
        </button>
      </form>
    )
  }
  if (state === 'closed' || state === 'expired') {
    return (
      <form class="order-buttons" method="post" action={`${view.base}/order/tap`}>
        {names}
        <input type="hidden" name="late" value="1" />
        <button class="button" id="tap-late" type="submit" name="outcome" value="success">
          {words.tapLate}
        </button>
      </form>
    )
  }
  if (state !== 'payable') return null
  return (
    <form class="order-buttons" method="post" action={`${view.base}/order/tap`}>
      {names}
      <button class="button primary" id="tap-success" type="submit" name="outcome" value="success">
        {words.tap.success}
      </button>
      <button class="button" id="tap-not-enough" type="submit" name="outcome" value="not_enough">
        {words.tap.not_enough}
      </button>
    </form>
  )
}
