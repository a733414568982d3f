/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import { yuan } from '../format'
import type { RefundRecord } from '../ledger/refund-schema'
import type { TradeRecord } from '../ledger/schema'
import { Card, Fact, Facts, type InspectorContext, Money, RefundTag, refundHref } from './frame'

/** The refunds of one order, each with the way to its page. */
export function OrderRefunds({
  context: { view, words },
  refunds,
}: {
  context: InspectorContext
  refunds: RefundRecord[]
}) {
  return (
    <Card title={words.refund.ofOrder}>
      <ul class="short">
        {refunds.map((refund) => (
          <li key={refund.outRefundNo}>
            <a href={refundHref(view, refund)}>
              <strong>
                <Money fen={refund.refundFee} />
              </strong>
              <span>{visibleText(refund.outRefundNo)}</span>
            </a>
            <RefundTag status={refund.status} words={words} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Makes a refund that the merchant's program knows nothing of. Outside of what is renewed, so that nobody is disturbed who types. */
export function ConsoleRefund({
  context: { view, words },
  trade,
  refundable: { leftFee, balance },
}: {
  context: InspectorContext
  trade: TradeRecord
  refundable: { leftFee: number; balance: number }
}) {
  return (
    <Card title={words.refund.inConsole}>
      <p class="rule">{words.refund.inConsoleText}</p>
      <Facts>
        <Fact name={words.refund.left}>
          <Money fen={leftFee} />
        </Fact>
        <Fact name={words.refund.balance}>
          <Money fen={balance} />
        </Fact>
      </Facts>
      <form class="refund-form" method="post" action={`${view.base}/order/refund`}>
        <input type="hidden" name="mch_id" value={trade.mchId} />
        <input type="hidden" name="out_trade_no" value={trade.outTradeNo} />
        <label>
          <span>{words.refund.amount}</span>
          <input
            name="yuan"
            id="refund-yuan"
            type="number"
            min="0.01"
            max={yuan(leftFee)}
            step="0.01"
            value={yuan(leftFee)}
            required
          />
        </label>
        <button class="button" id="console-refund" type="submit">
          {words.refund.refund}
        </button>
      </form>
    </Card>
  )
}
