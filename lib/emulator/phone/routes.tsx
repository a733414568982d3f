/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { isFromOwnPage } from '../access'
import { accountOf } from '../accounts'
import { type Checkout, findCheckout, isLinkFresh, listWaiting, TAPS, tap } from '../api/cashier'
import type { Deliveries } from '../delivery/deliveries'
import { NOTIFICATION_FAULT_NAMES } from '../faults'
import { type InvocationKind, prepayIdOf } from '../invocation'
import { type Env, showScript, showStyle } from '../show-page'
import type { WeChat } from '../wechat'
import { CashierScreen, type Notice } from './cashier'
import { showPhoneProblem } from './problem'
import { ReceivedScreen } from './received'
import { cashierHref, readReturnUrl, showScreen } from './screen'
import { HomeScreen, LinkScreen, ResultScreen } from './screens'
import { PHONE_JS } from './script'
import { PHONE_CSS } from './style'

const INVOCATION_KINDS: InvocationKind[] = ['app', 'jsapi']
const RECEIVED_CHARACTERS_MAX = 4_096
/** Messages that the phone shows. */
const MESSAGES_MAX = 5

/** The buyer's phone. */
export function createPhone(wechat: WeChat, deliveries: Deliveries, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/phone', (c) => showPhone(wechat, c, base))
  app.post('/phone/pay', (c) => {
    const response = takeTap(wechat, c, base)
    deliveries.wake()
    return response
  })
  app.get('/cgi-bin/mmpayweb-bin/checkmweb', (c) => showLink(wechat, c, base))
  app.get('/phone.css', (c) => showStyle(c, PHONE_CSS))
  app.get('/phone.js', (c) => showScript(c, PHONE_JS))
  return app
}

/** The phone: as it lies there, or after a scan. */
function showPhone(wechat: WeChat, c: Context<Env>, base: string) {
  const { code_url: codeUrl, prepay_id: prepayId, notice: said } = c.req.query()
  const notice: Notice = said === 'not_enough' || said === 'cancel' ? said : null
  const kind = INVOCATION_KINDS.find((it) => c.req.query(it) !== undefined)
  if (kind !== undefined) return showReceived(wechat, c, base, kind)
  if (codeUrl === undefined && prepayId === undefined) {
    const checkouts = listWaiting(wechat)
    const arrived = wechat.ledger.listArrivedRefunds(MESSAGES_MAX)
    return showScreen(wechat, c, base, (screen) => (
      <HomeScreen screen={screen} checkouts={checkouts} arrived={arrived} notice={notice} />
    ))
  }

  const checkout = findCheckout(wechat, prepayId === undefined ? { codeUrl: (codeUrl ?? '').trim() } : { prepayId })
  if (checkout === null) return showPhoneProblem(wechat, c, base, 'code')
  return showCheckout(wechat, c, base, checkout, { notice })
}

/** The cashier, or what became of a checkout that cannot be paid any more. */
function showCheckout(
  wechat: WeChat,
  c: Context<Env>,
  base: string,
  checkout: Checkout,
  { notice = null, received = {} }: { notice?: Notice; received?: Record<string, unknown> },
) {
  const { arrivedFee } = wechat.ledger.totalRefundsOf(checkout.trade)
  const isPayable = checkout.state === 'payable'
  return showScreen(
    wechat,
    c,
    base,
    (screen) =>
      isPayable ? (
        <CashierScreen screen={screen} checkout={checkout} notice={notice} received={received} />
      ) : (
        <ResultScreen screen={screen} checkout={checkout} refundedFee={arrivedFee} />
      ),
    { hasScript: isPayable },
  )
}

/** What an app or a page handed to the phone: checked as WeChat does, and then the cashier, or what is wrong. */
function showReceived(wechat: WeChat, c: Context<Env>, base: string, kind: InvocationKind) {
  const received = readReceived(c.req.query(kind) ?? '')
  const [anyAccount] = wechat.accounts
  if (received === null || anyAccount === undefined) return showPhoneProblem(wechat, c, base, 'received')
  const checkout = findCheckout(wechat, { prepayId: prepayIdOf(kind, received) })
  const account = checkout === null ? anyAccount : accountOf(wechat.accounts, checkout.trade)
  const signType = checkout?.trade.signType ?? 'MD5'
  const { invocation } = wechat.protocols[checkout?.trade.apiVersion ?? 'v2']
  const findings = invocation.check(
    kind,
    received,
    { account, signType, prepay: prepayStateOf(kind, checkout) },
    wechat,
  )
  if (checkout === null || findings.length > 0) {
    const text = invocation.signedTextOf(kind, received)
    return showScreen(
      wechat,
      c,
      base,
      (screen) => <ReceivedScreen screen={screen} received={received} findings={findings} text={text} />,
      { status: 400 },
    )
  }
  return showCheckout(wechat, c, base, checkout, { received })
}

function prepayStateOf(
  kind: InvocationKind,
  checkout: Checkout | null,
): 'good' | 'old' | 'unknown' | 'other_trade_type' {
  if (checkout === null) return 'unknown'
  if (checkout.trade.tradeType !== kind.toUpperCase()) return 'other_trade_type'
  return checkout.state === 'expired' ? 'old' : 'good'
}

function readReceived(text: string): Record<string, unknown> | null {
  // Buffer would read around whatever is not base64url.
  if (text.length > RECEIVED_CHARACTERS_MAX || !/^[\w-]+$/.test(text)) return null
  try {
    const bytes = Buffer.from(text, 'base64url')
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** A tap on a button of the cashier. The page is shown after a redirect, so that a reload taps nothing. */
function takeTap(wechat: WeChat, c: Context<Env>, base: string) {
  if (!isFromOwnPage(c.req.raw)) return c.text('this form is not from the phone', 403)
  const form = new URLSearchParams(new TextDecoder().decode(c.var.bytes))
  const outcome = TAPS.find((it) => it === form.get('outcome'))
  if (outcome === undefined) return c.text('no such button', 400)
  const checkout = findCheckout(wechat, { prepayId: form.get('prepay_id') ?? '' })
  if (checkout === null) return showPhoneProblem(wechat, c, base, 'code')

  const notificationFault = NOTIFICATION_FAULT_NAMES.find((it) => it === form.get('fault'))
  tap(wechat, checkout, outcome, { notificationFault, isLate: form.get('late') === '1' })
  const returnUrl = readReturnUrl(form.get('redirect_url'))
  const query = new URLSearchParams(outcome === 'cancel' ? {} : { prepay_id: checkout.prepay.prepayId })
  if (returnUrl !== null) query.set('redirect_url', returnUrl)
  if (outcome !== 'success') query.set('notice', outcome)
  return c.redirect(`${base}/phone?${query}`, 303)
}

/** The link that a phone's browser follows: it is short-lived, and leads to the cashier. */
function showLink(wechat: WeChat, c: Context<Env>, base: string) {
  const { prepay_id: prepayId = '', package: packageNumber } = c.req.query()
  const checkout = findCheckout(wechat, { prepayId })
  if (checkout === null || checkout.trade.tradeType !== 'MWEB' || checkout.prepay.package !== packageNumber) {
    return showPhoneProblem(wechat, c, base, 'link_broken')
  }
  if (!isLinkFresh(wechat, checkout.prepay)) return showPhoneProblem(wechat, c, base, 'link_expired')
  return showScreen(wechat, c, base, (screen) => (
    <LinkScreen screen={screen} href={cashierHref(screen.view, prepayId, screen.returnUrl)} />
  ))
}
