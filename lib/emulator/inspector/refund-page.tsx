/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import { REFUND_OUTCOMES, type RefundOutcome } from '../api/refunds'
import type { RefundRecord } from '../ledger/refund-schema'
import type { TradeRecord } from '../ledger/schema'
import { faultNames, OrderLink } from './call-page'
import { Card, Fact, Facts, Frame, Head, hrefWith, type InspectorContext, Live, Money, RefundTag, When } from './frame'
import { type Happenings, Timeline } from './timeline'

/** One refund's life. */
export type RefundHistory = Happenings & { refund: RefundRecord; trade: TradeRecord }

/** What the last tap on a button came to. */
export const REFUND_NOTICES = ['made', 'ended', 'refused', 'resent', 'not_notified'] as const
type RefundNotice = (typeof REFUND_NOTICES)[number]

export function RefundPage({
  context,
  history,
  notice,
}: {
  context: InspectorContext
  history: RefundHistory
  notice: RefundNotice | null
}) {
  const { view, words } = context
  const { refund, trade } = history
  const title = words.refund.status[refund.status]
  const ended = refund.endedAt === null ? [] : [{ id: 'ended', at: refund.endedAt, title }]
  return (
    <Frame context={context} tab="refunds" title={visibleText(refund.outRefundNo)} isLive>
      <p class="back">
        <a href={`${view.base}/refunds`}>‹ {words.tab.refunds}</a>
      </p>
      <Head title={<Money fen={refund.refundFee} />} text={visibleText(refund.description || trade.body)}>
        <Live words={words} href={hrefWith(view, { notice: null })} />
      </Head>
      {notice !== null && (
        <p class={notice === 'refused' || notice === 'not_notified' ? 'message bad' : 'message'} role="status">
          {words.refund.notice[notice]}
        </p>
      )}
      <div class="columns">
        <div class="stack">
          <section class="card">
            <h2>{words.history}</h2>
            <div data-live="history">
              <Timeline context={context} happenings={history} marks={ended} />
            </div>
          </section>
        </div>
        <div class="rail" data-live="rail">
          <Card>
            <div class="standing">
              <RefundTag status={refund.status} words={words} />
            </div>
            <Buttons context={context} refund={refund} />
            <RefundFacts context={context} history={history} />
          </Card>
        </div>
      </div>
    </Frame>
  )
}

function RefundFacts({ context, history: { refund, trade } }: { context: InspectorContext; history: RefundHistory }) {
  const { words } = context
  return (
    <Facts>
      <Fact name={words.refund.number}>
        <code>{visibleText(refund.outRefundNo)}</code>
      </Fact>
      <Fact name="refund_id">
        <code>{refund.refundId}</code>
      </Fact>
      <Fact name={words.refund.order}>
        <OrderLink context={context} trade={trade} /> <Money fen={trade.totalFee} />
      </Fact>
      <Fact name="transaction_id">
        <code>{trade.transactionId}</code>
      </Fact>
      <Fact name={words.refund.madeBy}>{words.refund.source[refund.source]}</Fact>
      {refund.description !== '' && <Fact name={words.refund.reason}>{visibleText(refund.description)}</Fact>}
      <Fact name={words.merchant}>{refund.mchId}</Fact>
      <Fact name={words.refund.created}>
        <When at={refund.createdAt} />
      </Fact>
      {refund.endedAt === null ? (
        <Fact name={words.refund.due}>
          <When at={refund.dueAt} />
        </Fact>
      ) : (
        <Fact name={words.refund.ended}>
          <When at={refund.endedAt} />
        </Fact>
      )}
      {refund.faults.length > 0 && <Fact name={words.faultsMet}>{faultNames(refund.faults, words)}</Fact>}
      <Fact name="notify_url">
        {refund.notifyUrl === null ? words.refund.notNotified : <code>{visibleText(refund.notifyUrl)}</code>}
      </Fact>
    </Facts>
  )
}

/** What can be done with a refund: end it while it is processing, give it back by hand when that failed, tell it again. */
function Buttons({ context: { view, words }, refund }: { context: InspectorContext; refund: RefundRecord }) {
  const outcomes: Partial<Record<RefundRecord['status'], readonly RefundOutcome[]>> = {
    PROCESSING: REFUND_OUTCOMES,
    ABNORMAL: ['success'],
  }
  const names = (
    <>
      <input type="hidden" name="mch_id" value={refund.mchId} />
      <input type="hidden" name="out_refund_no" value={refund.outRefundNo} />
    </>
  )
  return (
    <>
      {(outcomes[refund.status] ?? []).length > 0 && (
        <form class="order-buttons" method="post" action={`${view.base}/refund/end`}>
          {names}
          {outcomes[refund.status]?.map((outcome) => (
            <button
              key={outcome}
              class={outcome === 'success' ? 'button primary' : 'button'}
              id={`end-${outcome}`}
              type="submit"
              name="outcome"
              value={outcome}
            >
              {refund.status === 'ABNORMAL' ? words.refund.byHand : words.refund.outcome[outcome]}
            </button>
          ))}
        </form>
      )}
      {refund.endedAt !== null && refund.notifyUrl !== null && (
        <form class="order-buttons" method="post" action={`${view.base}/refund/resend`}>
          {names}
          <button class="button" id="resend" type="submit">
            {words.refund.resend}
          </button>
        </form>
      )}
    </>
  )
}
