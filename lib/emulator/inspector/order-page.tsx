/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout, CheckoutState } from '../api/cashier'
import type { Activity } from '../ledger/activity'
import type { Delivery, PrepayRecord, TradeRecord } from '../ledger/schema'
import { ActivityTag, Arrow, endpointOf, OutcomeTag } from './activity-page'
import { Card, Fact, Facts, Frame, Head, hrefWith, type InspectorContext, Live, Money, StateTag, When } from './frame'
import type { InspectorWords } from './words'

/** One order's life, in the order in which it happened. */
export type History = {
  trade: TradeRecord
  checkout: Checkout | null
  prepays: { prepay: PrepayRecord; payableUntil: number }[]
  /** Oldest first. */
  activities: FullActivity[]
  /** Where earlier ones are, when there are more than a page shows. */
  earlier: string | null
  upcoming: Delivery[]
}
export type FullActivity = Activity & { body: string; answer: string | null }
/** What the last tap on a button came to. */
export const ORDER_NOTICES = ['resent', 'not_paid', 'paid', 'not_enough', 'cancel', 'refused'] as const
type OrderNotice = (typeof ORDER_NOTICES)[number]

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
  const { trade, checkout, prepays } = history
  return (
    <Frame context={context} tab="orders" title={visibleText(trade.outTradeNo)} isLive>
      <p class="back">
        <a href={`${view.base}/orders`}>‹ {words.tab.orders}</a>
      </p>
      <Head title={<Money fen={trade.totalFee} />} text={visibleText(trade.body)}>
        <Live words={words} href={hrefWith(view, { notice: null })} />
      </Head>
      {notice !== null && (
        <p class={notice === 'refused' || notice === 'not_paid' ? 'message bad' : 'message'} role="status">
          {words.notice[notice]}
        </p>
      )}
      <div class="columns">
        <div class="stack">
          <section class="card">
            <h2>{words.history}</h2>
            <div data-live="history">
              <Timeline context={context} history={history} />
            </div>
          </section>
        </div>
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
          <Prepays context={context} prepays={prepays} />
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
      <Fact name={words.signType}>{trade.signType}</Fact>
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

function Timeline({ context, history }: { context: InspectorContext; history: History }) {
  const { view, words } = context
  const { trade, activities, earlier, upcoming } = history
  const paidBefore = activities.findIndex((activity) => trade.paidAt !== null && isAfterPayment(activity, trade.paidAt))
  const split = paidBefore === -1 ? activities.length : paidBefore
  return (
    <>
      {earlier !== null && (
        <p class="earlier">
          <a href={hrefWith(view, { before: earlier, notice: null })}>{words.earlier}</a>
        </p>
      )}
      <ol class="timeline">
        {activities.slice(0, split).map((activity) => (
          <Step key={`${activity.kind}-${activity.id}`} context={context} activity={activity} />
        ))}
        {trade.paidAt !== null && (
          <li class="step paid" id="paid">
            <When at={trade.paidAt} />
            <p class="step-title">{words.paidOnPhone}</p>
          </li>
        )}
        {activities.slice(split).map((activity) => (
          <Step key={`${activity.kind}-${activity.id}`} context={context} activity={activity} />
        ))}
        {upcoming.map((it) => (
          <li key={it.id} class="step upcoming" id={`waiting-${it.id}`}>
            <When at={it.dueAt} />
            <p class="step-title">
              {words.attempt(it.attempt)} <OutcomeTag outcome={it.outcome} words={words} />
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

/** At one instant money comes before its notification, and after the call that asked for it. */
function isAfterPayment(activity: Activity, paidAt: number): boolean {
  return activity.kind === 'delivery' ? activity.at >= paidAt : activity.at > paidAt
}

function Step({ context: { view, words }, activity }: { context: InspectorContext; activity: FullActivity }) {
  const id = `${activity.kind}-${activity.id}`
  return (
    <li class={`step ${activity.kind}`} id={id}>
      <When at={activity.at} />
      <p class="step-title">
        <Arrow kind={activity.kind} words={words} />
        <a id={`${id}-link`} href={`${view.base}/${activity.kind}?id=${activity.id}`}>
          {activity.kind === 'call' ? endpointOf(activity.call.path) : words.attempt(activity.delivery.attempt)}
        </a>
        <ActivityTag activity={activity} words={words} />
      </p>
      <details id={`${id}-more`}>
        <summary>{activity.kind === 'call' ? words.requestAndAnswer : words.sentAndReply}</summary>
        <pre>{activity.body}</pre>
        {activity.answer !== null && <pre>{activity.answer}</pre>}
      </details>
    </li>
  )
}
