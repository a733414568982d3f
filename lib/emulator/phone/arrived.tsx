/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import { chinaTime, yuan } from '../format'
import type { RefundRecord } from '../ledger/refund-schema'
import type { TradeRecord } from '../ledger/schema'
import { Facts, goodsText, payeeOf, type Screen } from './screen'

/** Partial refunds up to this many fen come without the merchant's reason. */
const WITHOUT_REASON_MAX = 100

/** A refund that reached the buyer, and what it was given back for. */
export type ArrivedRefund = { refund: RefundRecord; trade: TradeRecord }

/** The messages that WeChat Pay sends to whoever got money back, newest first. */
export function ArrivedMessages({ screen, arrived }: { screen: Screen; arrived: ArrivedRefund[] }) {
  const { words } = screen
  return (
    <>
      <div class="list-head">
        <h2>{words.messages}</h2>
      </div>
      <ul class="messages">
        {arrived.map((it) => (
          <li key={it.refund.refundId} class="service">
            <ArrivedMessage screen={screen} arrived={it} />
          </li>
        ))}
      </ul>
    </>
  )
}

function ArrivedMessage({ screen, arrived: { refund, trade } }: { screen: Screen; arrived: ArrivedRefund }) {
  const { words } = screen
  const { refundFee, description, endedAt } = refund
  const isSmallPart = refundFee <= WITHOUT_REASON_MAX && refundFee < trade.totalFee
  return (
    <article aria-labelledby={`arrived-${refund.refundId}`}>
      <header>
        <h3 id={`arrived-${refund.refundId}`}>{words.refundArrived}</h3>
        {endedAt !== null && <time datetime={new Date(endedAt).toISOString()}>{chinaTime(endedAt).slice(5, 16)}</time>}
      </header>
      <p class="service-label">{words.refundAmount}</p>
      <p class="service-amount">
        <span>¥</span>
        {yuan(refundFee)}
      </p>
      <Facts
        rows={[
          [words.goods, goodsText(screen, trade)],
          [words.refundFrom, payeeOf(screen, trade)],
          [words.refundTo, words.balance],
          ...(description === '' || isSmallPart ? [] : [[words.refundReason, visibleText(description)] as const]),
          [words.transaction, trade.transactionId ?? ''],
        ]}
      />
    </article>
  )
}
