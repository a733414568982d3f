/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { readBytes } from '@/lib/net/read-bytes'
import { hostOf, isAdmitted, isSameSite } from './access'
import { authorize, exchangeCode } from './api/authorization'
import { type Checkout, findCheckout, isLinkFresh, keyOf, listWaiting, TAPS, tap } from './api/cashier'
import { newBuyer } from './chance'
import { advanceClock, forgetAll, readState, resendNotification, setFaults, tapButton } from './control'
import type { Deliveries } from './delivery'
import { NOTIFICATION_FAULT_NAMES, readFaults } from './faults'
import type { Changes } from './inspector/changes'
import { createInspector } from './inspector/routes'
import { ReceivedScreen } from './phone/received'
import { CashierScreen, HomeScreen, LinkScreen, type Notice, ProblemScreen, ResultScreen } from './phone/screens'
import { PHONE_CSS } from './phone/style'
import { COOKIE_SECONDS, type Env, showPage, showStyle } from './show-page'
import { writeAnswer } from './v2/encode'
import { ENDPOINTS } from './v2/endpoints'
import { type Explanation, writeExplanation } from './v2/explanation'
import { checkInvocation, type Kind, prepayIdOf, signedTextOf } from './v2/invocation'
import { takeCall } from './v2/take-call'
import { NoAnswer, type WeChat } from './wechat'
import { WORDS, type Words } from './words'

type Setting = { base: string; isOpen: boolean; origins: string[]; onError: (error: unknown) => void }

const BUYER_COOKIE = 'emulator_buyer'
/** Most bytes of any request. */
const BODY_BYTES_MAX = 64 * 1024

/** All addresses of the emulator. */
export function createRoutes(
  wechat: WeChat,
  deliveries: Deliveries,
  changes: Changes,
  { base, isOpen, origins, onError }: Setting,
): Hono<Env> {
  const app = new Hono<Env>({ strict: false }).basePath(base === '' ? '/' : base)
  const pathOf = (request: Request) => new URL(request.url).pathname.slice(base.length)

  app.use(async (c, next) => {
    const request = c.req.raw
    // A request for something that is not for this visitor is answered as if there were nothing.
    if (!isOpen && !isAdmitted(request, pathOf(request), c.env.remoteAddress)) return c.notFound()
    const bytes = await readBytes(request.body, BODY_BYTES_MAX)
    if (bytes === null) return c.text('too large', 413, { connection: 'close' })
    c.set('bytes', bytes)
    return next()
  })
  app.onError((error, c) => {
    if (error instanceof NoAnswer) throw error
    onError(error)
    if (!ENDPOINTS.has(pathOf(c.req.raw))) return c.text('internal error', 500)
    return xmlAnswer(writeAnswer({ return_code: 'FAIL', return_msg: 'SYSTEMERROR 系统错误' }))
  })

  for (const path of ENDPOINTS.keys()) app.all(path, (c) => answerApi(wechat, deliveries, c, path, base))

  app.get('/_control/state', () => readState(wechat))
  app.post('/_control/pay', (c) => {
    const response = tapButton(wechat, c.req.raw, c.var.bytes)
    deliveries.wake()
    return response
  })
  app.post('/_control/resend', (c) => resendNotification(wechat, deliveries, c.req.raw, c.var.bytes))
  app.get('/_control/faults', () => Response.json(readFaults(wechat.ledger)))
  app.put('/_control/faults', (c) => setFaults(wechat, c.req.raw, c.var.bytes))
  app.post('/_control/clock', (c) => advanceClock(wechat, deliveries, c.req.raw, c.var.bytes))
  app.post('/_control/reset', (c) => forgetAll(wechat, c.req.raw, c.var.bytes))

  app.route('/', createInspector(wechat, deliveries, changes, base))
  app.get('/phone', (c) => showPhone(wechat, c, base))
  app.post('/phone/pay', (c) => {
    const response = takeTap(wechat, c, base)
    deliveries.wake()
    return response
  })
  app.get('/cgi-bin/mmpayweb-bin/checkmweb', (c) => showLink(wechat, c, base))
  app.get('/connect/oauth2/authorize', (c) => {
    const buyer = buyerOf(wechat, c)
    const back = authorize(wechat, c.req.query(), { buyer, origins })
    if (back === null) return showUnknown(wechat, c, base, 'authorization')
    setCookie(c, BUYER_COOKIE, buyer, { path: base || '/', maxAge: COOKIE_SECONDS, httpOnly: true, sameSite: 'Lax' })
    return c.redirect(back, 302)
  })
  app.get('/sns/oauth2/access_token', (c) => c.json(exchangeCode(wechat, c.req.query())))
  app.get('/phone.css', (c) => showStyle(c, PHONE_CSS))
  return app
}

/** One call to WeChat Pay. Throws `NoAnswer` when a fault keeps the answer back. */
async function answerApi(wechat: WeChat, deliveries: Deliveries, c: Context<Env>, path: string, base: string) {
  const request = c.req.raw
  const baseUrl = `${new URL(request.url).protocol}//${hostOf(request)}${base}`
  const taken = takeCall(wechat, { method: request.method, path, bytes: c.var.bytes, baseUrl })
  if (taken.news !== null) await deliveries.runDueOf(taken.news)
  if (taken.latencyMs > 0) await wechat.sleep(taken.latencyMs)
  if (taken.xml === null) throw new NoAnswer('the emulator gives no answer, as its faults say')
  return xmlAnswer(taken.xml, taken.explanation)
}

/** WeChat Pay always answers 200 and calls its XML plain text. Why it refuses stands beside its answer, never in it. */
function xmlAnswer(xml: string, explanation: Explanation | null = null): Response {
  const explained = explanation && { 'x-emulator-explain': writeExplanation(explanation) }
  return new Response(xml, { headers: { 'content-type': 'text/plain', ...explained } })
}

/** The mark of this browser, or a new one for a browser that has none. */
function buyerOf({ random }: WeChat, c: Context<Env>): string {
  const mark = getCookie(c, BUYER_COOKIE) ?? ''
  return /^[\w-]{22}$/.test(mark) ? mark : newBuyer(random)
}

/** The phone: as it lies there, or after a scan. */
function showPhone(wechat: WeChat, c: Context<Env>, base: string) {
  const now = wechat.clock.now()
  const { code_url: codeUrl, prepay_id: prepayId, notice: told } = c.req.query()
  const notice: Notice = told === 'not_enough' || told === 'cancel' ? told : null
  const kind = KINDS.find((it) => c.req.query(it) !== undefined)
  if (kind !== undefined) return showReceived(wechat, c, base, kind)
  if (codeUrl === undefined && prepayId === undefined) {
    const checkouts = listWaiting(wechat)
    return showPage(c, base, (view) => <HomeScreen view={view} now={now} checkouts={checkouts} notice={notice} />)
  }

  const checkout = findCheckout(wechat, prepayId === undefined ? { codeUrl: (codeUrl ?? '').trim() } : { prepayId })
  if (checkout === null) return showUnknown(wechat, c, base)
  const returnUrl = readReturnUrl(c.req.query('redirect_url'))
  return showPage(c, base, (view) => {
    const shown = { view, now, checkout, returnUrl }
    return checkout.standing === 'payable' ? <CashierScreen {...shown} notice={notice} /> : <ResultScreen {...shown} />
  })
}

const KINDS: Kind[] = ['app', 'jsapi']
const RECEIVED_CHARACTERS_MAX = 4_096

/** What an app or a page handed to the phone: checked as WeChat does, and then the cashier, or what is wrong. */
function showReceived(wechat: WeChat, c: Context<Env>, base: string, kind: Kind) {
  const received = readReceived(c.req.query(kind) ?? '')
  if (received === null) return showUnknown(wechat, c, base, 'received')
  const checkout = findCheckout(wechat, { prepayId: prepayIdOf(kind, received) })
  const { appid, mchId } = checkout?.trade ?? {}
  const owner = wechat.accounts.find((it) => it.mchId === mchId && it.appid === appid) ?? wechat.accounts[0]
  if (owner === undefined) return showUnknown(wechat, c, base, 'received')
  const account = checkout === null ? owner : { ...owner, apiKey: keyOf(wechat, checkout.trade) }
  const signType = checkout?.trade.signType ?? 'MD5'
  const findings = checkInvocation(kind, received, { account, signType, prepay: prepayStanding(kind, checkout) })
  const now = wechat.clock.now()
  if (checkout === null || findings.length > 0) {
    const text = signedTextOf(kind, received)
    const shown = { now, received, findings, text }
    return showPage(c, base, (view) => <ReceivedScreen view={view} {...shown} />, 400)
  }
  return showPage(c, base, (view) =>
    checkout.standing === 'payable' ? (
      <CashierScreen view={view} now={now} checkout={checkout} returnUrl={null} notice={null} received={received} />
    ) : (
      <ResultScreen view={view} now={now} checkout={checkout} returnUrl={null} />
    ),
  )
}

function prepayStanding(kind: Kind, checkout: Checkout | null): 'good' | 'old' | 'unknown' | 'other_trade_type' {
  if (checkout === null) return 'unknown'
  if (checkout.trade.tradeType !== kind.toUpperCase()) return 'other_trade_type'
  return checkout.standing === 'expired' ? 'old' : 'good'
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
  if (!isSameSite(c.req.raw)) return c.text('this form is not from the phone', 403)
  const form = new URLSearchParams(new TextDecoder().decode(c.var.bytes))
  const outcome = TAPS.find((it) => it === form.get('outcome'))
  if (outcome === undefined) return c.text('no such button', 400)
  const checkout = findCheckout(wechat, { prepayId: form.get('prepay_id') ?? '' })
  if (checkout === null) return showUnknown(wechat, c, base)

  tap(
    wechat,
    checkout,
    outcome,
    NOTIFICATION_FAULT_NAMES.find((it) => it === form.get('fault')),
  )
  if (outcome === 'cancel') return c.redirect(`${base}/phone?notice=cancel`, 303)
  const query = new URLSearchParams({ prepay_id: checkout.prepay.prepayId })
  const returnUrl = readReturnUrl(form.get('redirect_url'))
  if (returnUrl !== null) query.set('redirect_url', returnUrl)
  if (outcome === 'not_enough') query.set('notice', outcome)
  return c.redirect(`${base}/phone?${query}`, 303)
}

/** The link that a phone's browser follows: it is short-lived, and leads to the cashier. */
function showLink(wechat: WeChat, c: Context<Env>, base: string) {
  const now = wechat.clock.now()
  const { prepay_id: prepayId = '', package: packageNumber } = c.req.query()
  const checkout = findCheckout(wechat, { prepayId })
  if (checkout === null || checkout.trade.tradeType !== 'MWEB' || checkout.prepay.package !== packageNumber) {
    return showPage(
      c,
      base,
      (view) => <ProblemScreen view={view} now={now} title={WORDS[view.locale].linkBroken} />,
      404,
    )
  }
  if (!isLinkFresh(wechat, checkout.prepay)) {
    return showPage(c, base, (view) => <ProblemScreen view={view} now={now} title={WORDS[view.locale].linkExpired} />)
  }
  const query = new URLSearchParams({ prepay_id: prepayId })
  const returnUrl = readReturnUrl(c.req.query('redirect_url'))
  if (returnUrl !== null) query.set('redirect_url', returnUrl)
  return showPage(c, base, (view) => <LinkScreen view={view} now={now} cashierHref={`${base}/phone?${query}`} />)
}

function showUnknown(
  wechat: WeChat,
  c: Context<Env>,
  base: string,
  what: 'code' | 'received' | 'authorization' = 'code',
) {
  const now = wechat.clock.now()
  const texts = (words: Words) =>
    ({
      code: { title: words.unknown, text: words.unknownText },
      received: { title: words.unreadable, text: words.unreadableText },
      authorization: { title: words.notAuthorized, text: words.notAuthorizedText },
    })[what]
  return showPage(
    c,
    base,
    (view) => <ProblemScreen view={view} now={now} {...texts(WORDS[view.locale])} />,
    what === 'code' ? 404 : 400,
  )
}

/** Where the merchant wants its buyer back; only web addresses, as a link may also be a script. */
function readReturnUrl(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '')
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null
}
