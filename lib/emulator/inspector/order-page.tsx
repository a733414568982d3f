/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/web/visible-text'
import type { Checkout } from '../api/cashier'
import type { Delivery, Prepay, Trade } from '../ledger/schema'
import type { Activity } from './activity'
import { ActivityTag, Arrow, endpointOf, OutcomeTag } from './activity-page'
import { Card, type Desk, Fact, Facts, Frame, Head, hrefWith, Live, Money, StateTag, When } from './frame'

/** One order's life, in the order in which it happened. */
export type History = {
  trade: Trade
  checkout: Checkout | null
  prepays: { prepay: Prepay; payableUntil: number }[]
  /** Oldest first. */
  acts: FullActivity[]
  /** Where earlier ones are, when there are more than a page shows. */
  earlier: string | null
  upcoming: Delivery[]
}
export type FullActivity = Activity & { body: string; answer: string | null }
/** What the last tap on a button came to. */
export const SAID = ['resent', 'not_paid', 'paid', 'not_enough', 'cancel', 'refused'] as const
type Said = (typeof SAID)[number]

export function OrderPage({ desk, history, said }: { desk: Desk; history: History; said: Said | null }) {
  const { view, words } = desk
  const { trade, checkout, prepays } = history
  return (
    <Frame desk={desk} room="orders" title={visibleText(trade.outTradeNo)} isLive>
      <p class="back">
        <a href={`${view.base}/orders`}>‹ {words.room.orders}</a>
      </p>
      <Head title={<Money fen={trade.totalFee} />} text={visibleText(trade.body)}>
        <Live words={words} href={hrefWith(view, { said: null })} />
      </Head>
      {said !== null && (
        <p class={said === 'refused' || said === 'not_paid' ? 'message bad' : 'message'} role="status">
          {words.said[said]}
        </p>
      )}
      <div class="columns">
        <div class="stack">
          <section class="card">
            <h2>{words.history}</h2>
            <div data-live="history">
              <Timeline desk={desk} history={history} />
            </div>
          </section>
        </div>
        <div class="rail" data-live="rail">
          <Card>
            <div class="standing">
              <StateTag trade={trade} words={words} />
              {checkout?.standing === 'expired' && <span class="tag plain">{words.tooLate}</span>}
            </div>
            <Buttons desk={desk} trade={trade} isPayable={checkout?.standing === 'payable'} />
            <p class="more">
              <a href={`${view.base}/faults?${new URLSearchParams({ out_trade_no: trade.outTradeNo })}`}>
                {words.faultsHere}
              </a>
            </p>
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
          </Card>
          <Card title={words.prepays}>
            <ul class="short prepays">
              {prepays.map(({ prepay, payableUntil }) => (
                <li key={prepay.prepayId}>
                  <code>{prepay.prepayId}</code>
                  <span>
                    {payableUntil > desk.now ? words.goodUntil : words.wasGoodUntil} <When at={payableUntil} />
                  </span>
                </li>
              ))}
            </ul>
          </Card>
        </div>
      </div>
    </Frame>
  )
}

function Buttons({ desk: { view, words }, trade, isPayable }: { desk: Desk; trade: Trade; isPayable: boolean }) {
  const names = (
    <>
      <input type="hidden" name="mch_id" value={trade.mchId} />
      <input type="hidden" name="out_trade_no" value={trade.outTradeNo} />
    </>
  )
  if (trade.state === 'SUCCESS') {
    return (
      <form class="acts-buttons" method="post" action={`${view.base}/order/resend`}>
        {names}
        <button class="button primary" id="resend" type="submit">
          {words.resend}
        </button>
      </form>
    )
  }
  if (!isPayable) return null
  return (
    <form class="acts-buttons" method="post" action={`${view.base}/order/tap`}>
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

function Timeline({ desk, history }: { desk: Desk; history: History }) {
  const { view, words } = desk
  const { trade, acts, earlier, upcoming } = history
  const paidBefore = acts.findIndex((act) => trade.paidAt !== null && isAfterPayment(act, trade.paidAt))
  const split = paidBefore === -1 ? acts.length : paidBefore
  return (
    <>
      {earlier !== null && (
        <p class="earlier">
          <a href={hrefWith(view, { before: earlier, said: null })}>{words.earlier}</a>
        </p>
      )}
      <ol class="timeline">
        {acts.slice(0, split).map((act) => (
          <Step key={`${act.kind}-${act.id}`} desk={desk} act={act} />
        ))}
        {trade.paidAt !== null && (
          <li class="step paid" id="paid">
            <When at={trade.paidAt} />
            <p class="step-title">{words.paidOnPhone}</p>
          </li>
        )}
        {acts.slice(split).map((act) => (
          <Step key={`${act.kind}-${act.id}`} desk={desk} act={act} />
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

/** At one instant money comes before the news of it, and after the call that asked for it. */
function isAfterPayment(act: Activity, paidAt: number): boolean {
  return act.kind === 'delivery' ? act.at >= paidAt : act.at > paidAt
}

function Step({ desk: { view, words }, act }: { desk: Desk; act: FullActivity }) {
  const id = `${act.kind}-${act.id}`
  return (
    <li class={`step ${act.kind}`} id={id}>
      <When at={act.at} />
      <p class="step-title">
        <Arrow kind={act.kind} words={words} />
        <a id={`${id}-link`} href={`${view.base}/${act.kind}?id=${act.id}`}>
          {act.kind === 'call' ? endpointOf(act.call.path) : words.attempt(act.delivery.attempt)}
        </a>
        <ActivityTag act={act} words={words} />
      </p>
      <details id={`${id}-more`}>
        <summary>{act.kind === 'call' ? words.requestAndAnswer : words.sentAndReply}</summary>
        <pre>{act.body}</pre>
        {act.answer !== null && <pre>{act.answer}</pre>}
      </details>
    </li>
  )
}
