/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout, CheckoutState } from '../api/cashier'
import { chinaTime, yuan } from '../format'
import type { TradeRecord } from '../ledger/schema'
import { ArrivedMessages, type ArrivedRefund } from './arrived'
import type { Notice } from './cashier'
import {
  Amount,
  Avatar,
  Bar,
  cashierHref,
  Facts,
  goodsText,
  Leave,
  Message,
  Phone,
  payeeOf,
  type Screen,
  Scroll,
  Sign,
} from './screen'
import type { PhoneWords } from './words'

type HomeProps = { screen: Screen; checkouts: Checkout[]; arrived: ArrivedRefund[]; notice: Notice }

/** The phone as it lies there: the scanner, what can be paid, and what came back. */
export function HomeScreen({ screen, checkouts, arrived, notice }: HomeProps) {
  const { view, words, returnUrl } = screen
  return (
    <Phone screen={screen} title={words.wallet}>
      <Bar title={words.wallet} />
      <main class="home" aria-label={words.wallet}>
        {notice === 'cancel' && <Message>{words.cancelled}</Message>}
        {returnUrl !== null && (
          <a class="leave" href={returnUrl} target="_top">
            {words.toMerchant}
          </a>
        )}
        <form class="scan" method="get" action={`${view.base}/phone`}>
          <label for="code">{words.scan}</label>
          <div class="scan-row">
            <input id="code" name="code_url" required maxlength={64} placeholder={words.scanLabel} autocomplete="off" />
            <button type="submit">{words.scanButton}</button>
          </div>
        </form>
        <div class="list-head">
          <h2>{words.waiting}</h2>
          <a href={`${view.base}/phone`}>{words.refresh}</a>
        </div>
        {checkouts.length === 0 ? (
          <div class="empty">
            <p>{words.nothingWaiting}</p>
            <p>{words.nothingWaitingText}</p>
          </div>
        ) : (
          <ul class="checkouts">
            {checkouts.map(({ trade, prepay }) => (
              <li key={prepay.prepayId}>
                {opener(trade, words) === null ? (
                  <a class="checkout" href={cashierHref(view, prepay.prepayId, null)}>
                    <CheckoutLine screen={screen} trade={trade} />
                  </a>
                ) : (
                  <div class="checkout">
                    <CheckoutLine screen={screen} trade={trade} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
        {arrived.length > 0 && <ArrivedMessages screen={screen} arrived={arrived} />}
      </main>
    </Phone>
  )
}

/** Who has to open a checkout, when the phone cannot begin by itself. */
function opener({ tradeType }: TradeRecord, words: PhoneWords): string | null {
  if (tradeType === 'APP') return words.openedByApp
  return tradeType === 'JSAPI' ? words.openedByPage : null
}

function CheckoutLine({ screen, trade }: { screen: Screen; trade: TradeRecord }) {
  const opens = opener(trade, screen.words)
  const goods = goodsText(screen, trade)
  return (
    <>
      <Avatar text={goods} />
      <span class="checkout-text">
        <strong>{goods}</strong>
        <span>
          {trade.tradeType} · {payeeOf(screen, trade)}
        </span>
        {opens !== null && <span>{opens}</span>}
      </span>
      <span class="checkout-amount">¥{yuan(trade.totalFee)}</span>
    </>
  )
}

/** A checkout that cannot be paid (any more): paid, closed or too late. */
export function ResultScreen({
  screen,
  checkout,
  refundedFee,
}: {
  screen: Screen
  checkout: Checkout
  refundedFee: number
}) {
  const { view, words } = screen
  const { trade, state } = checkout
  const isPaid = state === 'paid'
  const titles: Record<CheckoutState, string> = {
    payable: words.pay,
    paid: words.paid,
    closed: words.closed,
    expired: words.expired,
  }
  return (
    <Phone screen={screen} title={titles[state]}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class={isPaid ? 'result paid' : 'result'} aria-label={titles[state]}>
        <Scroll label={words.facts}>
          <Sign kind={isPaid ? 'good' : 'bad'} />
          <h2>{titles[state]}</h2>
          <p class="payee">{payeeOf(screen, trade)}</p>
          <Amount fen={trade.totalFee} />
          {!isPaid && <p class="hint">{state === 'closed' ? words.closedText : words.expiredText}</p>}
          <Facts
            rows={[
              [words.goods, goodsText(screen, trade)],
              ...(isPaid ? [[words.method, words.balance] as const] : []),
              [words.number, visibleText(trade.outTradeNo)],
              ...(trade.paidAt === null ? [] : [[words.paidAt, chinaTime(trade.paidAt)] as const]),
              ...(refundedFee === 0 ? [] : [[words.refunded, `¥${yuan(refundedFee)}`] as const]),
              ...(trade.transactionId === null ? [] : [[words.transaction, trade.transactionId] as const]),
            ]}
          />
        </Scroll>
        <div class="foot">
          {!isPaid && <LateForm screen={screen} checkout={checkout} />}
          <Leave screen={screen} isDone={isPaid} />
        </div>
      </main>
    </Phone>
  )
}

/** The bank may answer after the merchant closed the order or its time was over. */
function LateForm({ screen: { view, words, returnUrl }, checkout }: { screen: Screen; checkout: Checkout }) {
  return (
    <form class="late" method="post" action={`${view.base}/phone/pay`}>
      <input type="hidden" name="prepay_id" value={checkout.prepay.prepayId} />
      <input type="hidden" name="late" value="1" />
      {returnUrl !== null && <input type="hidden" name="redirect_url" value={returnUrl} />}
      <button type="submit" name="outcome" value="success">
        {words.late}
      </button>
    </form>
  )
}

/** Where a phone's browser leaves for WeChat. Nothing is paid yet. */
export function LinkScreen({ screen, href }: { screen: Screen; href: string }) {
  const { words } = screen
  return (
    <Phone screen={screen} title={words.linkOpens}>
      <Bar title={words.wallet} />
      <main class="result" aria-label={words.linkOpens}>
        <Scroll label={words.linkOpens}>
          <Sign kind="wait" />
          <h2>{words.linkOpens}</h2>
          <p class="hint">{words.linkOpensText}</p>
        </Scroll>
        <div class="foot">
          <a class="leave primary" href={href}>
            {words.openCashier}
          </a>
        </div>
      </main>
    </Phone>
  )
}
