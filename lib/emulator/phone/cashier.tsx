/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Checkout, Tap } from '../api/cashier'
import { NOTIFICATION_FAULT_NAMES } from '../faults'
import { chinaTime, yuan } from '../format'
import { ReceivedFields } from './received'
import { Amount, Avatar, Bar, Facts, goodsText, Message, Phone, payeeOf, type Screen, Scroll } from './screen'

/** What the last tap came to, when it left the checkout as it was. */
export type Notice = Exclude<Tap, 'success'> | null

/** How many digits a payment password has. Which ones is nobody's business here: they are not even sent. */
const DIGITS = 6
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']

type CashierProps = {
  screen: Screen
  checkout: Checkout
  notice: Notice
  /** What an app or a page handed over, when it did. */
  received?: Record<string, unknown>
}

/** The cashier: how much, to whom, and the three buttons, which are always in view. */
export function CashierScreen({ screen, checkout, notice, received = {} }: CashierProps) {
  const { view, words } = screen
  const { trade, payableUntil } = checkout
  const payee = payeeOf(screen, trade)
  return (
    <Phone screen={screen} title={`${words.pay} ¥${yuan(trade.totalFee)}`} js="phone.js">
      <Bar title={words.pay} backHref={`${view.base}/phone`} back={words.back} />
      <main class="cashier" aria-label={words.pay}>
        <Scroll label={words.facts}>
          {notice === 'not_enough' && <Message isError>{words.notEnoughText}</Message>}
          <Avatar text={payee} />
          <p class="payee">{words.payTo(payee)}</p>
          <Amount fen={trade.totalFee} />
          <Facts
            rows={[
              [words.goods, goodsText(screen, trade)],
              [words.method, words.balance],
              [words.number, visibleText(trade.outTradeNo)],
              [words.kind, trade.tradeType],
              [words.until, chinaTime(payableUntil)],
            ]}
          />
          {Object.keys(received).length > 0 && (
            <details class="received">
              <summary>{words.receivedFields}</summary>
              <ReceivedFields received={received} />
            </details>
          )}
        </Scroll>
        <Buttons screen={screen} checkout={checkout} />
      </main>
    </Phone>
  )
}

function Buttons({ screen, checkout }: { screen: Screen; checkout: Checkout }) {
  const { view, words, returnUrl } = screen
  return (
    <form class="foot buttons" method="post" action={`${view.base}/phone/pay`}>
      <input type="hidden" name="prepay_id" value={checkout.prepay.prepayId} />
      {returnUrl !== null && <input type="hidden" name="redirect_url" value={returnUrl} />}
      <label class="switch">
        <span>{words.notification}</span>
        <select name="fault">
          <option value="">{words.notificationsInOrder}</option>
          {NOTIFICATION_FAULT_NAMES.map((name) => (
            <option key={name} value={name}>
              {words.notificationFaults[name]}
            </option>
          ))}
        </select>
      </label>
      <Password screen={screen} checkout={checkout} />
      <div class="others">
        <button type="submit" name="outcome" value="not_enough" formnovalidate>
          {words.notEnough}
        </button>
        <button type="submit" name="outcome" value="cancel" formnovalidate>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}

/**
 * The sheet that asks for the password, over the rest of the phone. Without scripts the digits are typed and sent with a
 * button; the script shows the pad, and pays with the last digit.
 */
function Password({ screen, checkout: { trade } }: { screen: Screen; checkout: Checkout }) {
  const { words } = screen
  return (
    <details class="password">
      <summary>
        <span class="opens">{words.pay}</span>
        <span class="closes">{words.close}</span>
      </summary>
      <section class="sheet" aria-labelledby="password-title">
        <h2 id="password-title">{words.enterPassword}</h2>
        <p class="payee">{payeeOf(screen, trade)}</p>
        <Amount fen={trade.totalFee} />
        <p class="method">
          <span>{words.method}</span>
          <span>{words.balance}</span>
        </p>
        <input
          class="digits"
          aria-labelledby="password-title"
          aria-describedby="password-hint"
          inputmode="numeric"
          pattern={`[0-9]{${DIGITS}}`}
          maxlength={DIGITS}
          title={words.anyDigits}
          autocomplete="off"
          required
        />
        <p id="password-hint" class="any">
          {words.anyDigits}
        </p>
        <button class="pay" type="submit" name="outcome" value="success">
          {words.confirm}
        </button>
        <div class="pad" hidden>
          {KEYS.map((digit) => (
            <button key={digit} type="button" value={digit}>
              {digit}
            </button>
          ))}
          <button type="button" value="" aria-label={words.deleteDigit}>
            ⌫
          </button>
        </div>
      </section>
    </details>
  )
}
