/** @jsxImportSource hono/jsx */
import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Checkout, Standing, Tap } from '../api/cashier'
import { NOTIFICATION_FAULT_NAMES } from '../faults'
import type { Trade } from '../ledger/schema'
import { Page, type View } from '../page'
import { writeValue } from '../v2/invocation'
import { moment, WORDS, type Words, yuan } from '../words'

/** What the last tap came to, when it left the checkout as it was. */
export type Notice = Exclude<Tap, 'success'> | null

export function Phone({ view, now, title, children }: PropsWithChildren<{ view: View; now: number; title: string }>) {
  const words = WORDS[view.locale]
  return (
    <Page view={view} title={title} css="phone.css">
      <div class="desk">
        <aside class="caption">
          <p class="caption-title">{words.caption}</p>
          <p>{words.captionText}</p>
          <a href={`${view.base}/`}>{words.inspector}</a>
        </aside>
        <div class="phone">
          <div class="status" aria-hidden="true">
            <span>{moment(now).slice(11, 16)}</span>
            <span class="island" />
            <span class="battery" />
          </div>
          {children}
        </div>
      </div>
    </Page>
  )
}

export function Bar({ title, backHref, back }: { title: string; backHref?: string; back?: string }) {
  return (
    <header class="bar">
      {backHref !== undefined && (
        <a class="back" href={backHref} aria-label={back}>
          ‹
        </a>
      )}
      <h1>{title}</h1>
    </header>
  )
}

/** The phone as it lies there: what can be paid, and the scanner. */
export function HomeScreen({
  view,
  now,
  checkouts,
  notice,
}: {
  view: View
  now: number
  checkouts: Checkout[]
  notice: Notice
}) {
  const words = WORDS[view.locale]
  return (
    <Phone view={view} now={now} title={words.wallet}>
      <Bar title={words.wallet} />
      <main>
        {notice === 'cancel' && <Message>{words.cancelled}</Message>}
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
                  <a class="checkout" href={`${view.base}/phone?prepay_id=${encodeURIComponent(prepay.prepayId)}`}>
                    <CheckoutLine trade={trade} words={words} />
                  </a>
                ) : (
                  <div class="checkout">
                    <CheckoutLine trade={trade} words={words} />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </main>
    </Phone>
  )
}

/** Who has to open a checkout, when the phone cannot begin by itself. */
function opener({ tradeType }: Trade, words: Words): string | null {
  if (tradeType === 'APP') return words.openedByApp
  return tradeType === 'JSAPI' ? words.openedByPage : null
}

function CheckoutLine({ trade, words }: { trade: Trade; words: Words }) {
  const opens = opener(trade, words)
  return (
    <>
      <Avatar text={trade.body} />
      <span class="checkout-text">
        <strong>{trade.body}</strong>
        <span>
          {trade.tradeType} · {words.merchant(trade.mchId)}
        </span>
        {opens !== null && <span>{opens}</span>}
      </span>
      <span class="checkout-amount">¥{yuan(trade.totalFee)}</span>
    </>
  )
}

type CheckoutProps = { view: View; now: number; checkout: Checkout; returnUrl: string | null }

/** The cashier: how much, to whom, and the three buttons. */
export function CashierScreen({
  view,
  now,
  checkout,
  returnUrl,
  notice,
  received = {},
}: CheckoutProps & {
  notice: Notice
  /** What an app or a page handed over, when it did. */
  received?: Record<string, unknown>
}) {
  const words = WORDS[view.locale]
  const { trade, prepay, payableUntil } = checkout
  return (
    <Phone view={view} now={now} title={`${words.pay} ¥${yuan(trade.totalFee)}`}>
      <Bar title={words.pay} backHref={`${view.base}/phone`} back={words.back} />
      <main class="cashier">
        {notice === 'not_enough' && <Message isError>{words.notEnoughText}</Message>}
        <Avatar text={trade.body} />
        <p class="payee">{words.payTo(words.merchant(trade.mchId))}</p>
        <p class="amount">
          <span>¥</span>
          {yuan(trade.totalFee)}
        </p>
        <Facts
          rows={[
            [words.goods, trade.body],
            [words.number, trade.outTradeNo],
            [words.kind, trade.tradeType],
            [words.method, words.balance],
            [words.until, moment(payableUntil)],
          ]}
        />
        {Object.keys(received).length > 0 && (
          <details class="received">
            <summary>{words.receivedFields}</summary>
            <Facts rows={Object.entries(received).map(([name, value]) => [name, writeValue(value)])} />
          </details>
        )}
        <form class="buttons" method="post" action={`${view.base}/phone/pay`}>
          <input type="hidden" name="prepay_id" value={prepay.prepayId} />
          {returnUrl !== null && <input type="hidden" name="redirect_url" value={returnUrl} />}
          <label class="switch">
            <span>{words.news}</span>
            <select name="fault">
              <option value="">{words.notificationsInOrder}</option>
              {NOTIFICATION_FAULT_NAMES.map((name) => (
                <option key={name} value={name}>
                  {words.notificationFaults[name]}
                </option>
              ))}
            </select>
          </label>
          <button class="pay" type="submit" name="outcome" value="success">
            {words.pay}
          </button>
          <div class="others">
            <button type="submit" name="outcome" value="not_enough">
              {words.notEnough}
            </button>
            <button type="submit" name="outcome" value="cancel">
              {words.cancel}
            </button>
          </div>
        </form>
      </main>
    </Phone>
  )
}

/** A checkout that cannot be paid (any more): paid, closed or too late. */
export function ResultScreen({ view, now, checkout, returnUrl }: CheckoutProps) {
  const words = WORDS[view.locale]
  const { trade, standing } = checkout
  const isPaid = standing === 'paid'
  const titles: Record<Standing, string> = {
    payable: words.pay,
    paid: words.paid,
    closed: words.closed,
    expired: words.expired,
  }
  const text = standing === 'closed' ? words.closedText : words.expiredText
  return (
    <Phone view={view} now={now} title={titles[standing]}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class="result">
        <Sign kind={isPaid ? 'good' : 'bad'} />
        <h2>{titles[standing]}</h2>
        <p class="amount">
          <span>¥</span>
          {yuan(trade.totalFee)}
        </p>
        {!isPaid && <p class="hint">{text}</p>}
        <Facts
          rows={[
            [words.goods, trade.body],
            [words.number, trade.outTradeNo],
            ...(trade.paidAt === null ? [] : [[words.paidAt, moment(trade.paidAt)] as const]),
            ...(trade.transactionId === null ? [] : [[words.transaction, trade.transactionId] as const]),
          ]}
        />
        <Leave view={view} returnUrl={returnUrl} />
      </main>
    </Phone>
  )
}

/** Anything that the phone can only shake its head at. */
export function ProblemScreen({ view, now, title, text }: { view: View; now: number; title: string; text?: string }) {
  const words = WORDS[view.locale]
  return (
    <Phone view={view} now={now} title={title}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class="result">
        <Sign kind="bad" />
        <h2>{title}</h2>
        {text !== undefined && <p class="hint">{text}</p>}
        <Leave view={view} returnUrl={null} />
      </main>
    </Phone>
  )
}

/** Where a phone's browser leaves for WeChat. */
export function LinkScreen({ view, now, cashierHref }: { view: View; now: number; cashierHref: string }) {
  const words = WORDS[view.locale]
  return (
    <Phone view={view} now={now} title={words.linkOpens}>
      <Bar title={words.wallet} />
      <main class="result">
        <Sign kind="good" />
        <h2>{words.linkOpens}</h2>
        <p class="hint">{words.linkOpensText}</p>
        <a class="leave primary" href={cashierHref}>
          {words.openCashier}
        </a>
      </main>
    </Phone>
  )
}

export function Leave({ view, returnUrl }: { view: View; returnUrl: string | null }) {
  const words = WORDS[view.locale]
  return (
    <a class="leave" href={returnUrl ?? `${view.base}/phone`}>
      {returnUrl === null ? words.done : words.toMerchant}
    </a>
  )
}

export function Facts({ rows }: { rows: (readonly [string, Child])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Avatar({ text }: { text: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {[...text.trim()][0]?.toUpperCase() ?? '·'}
    </span>
  )
}

function Message({ isError = false, children }: PropsWithChildren<{ isError?: boolean }>) {
  return (
    <p class={isError ? 'message error' : 'message'} role="status">
      {children}
    </p>
  )
}

export function Sign({ kind }: { kind: 'good' | 'bad' }) {
  return (
    <svg class={`sign ${kind}`} viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
      <circle cx="32" cy="32" r="32" />
      <path d={kind === 'good' ? 'M19 33l9 9 18-20' : 'M32 17v20M32 45v2'} />
    </svg>
  )
}
