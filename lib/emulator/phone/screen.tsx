/** @jsxImportSource hono/jsx */
import type { Context } from 'hono'
import type { Child, PropsWithChildren } from 'hono/jsx'
import { type MerchantAccount, payeeName } from '../accounts'
import { chinaTime, yuan } from '../format'
import type { TradeRecord } from '../ledger/schema'
import { Page, type View } from '../page'
import { type Env, type PageStatus, showPage } from '../show-page'
import type { WeChat } from '../wechat'
import { goodsOf, namesOf } from './goods'
import { PHONE_WORDS, type PhoneWords } from './words'

/** What every screen has to know: its language, what time it is, and where the buyer came from. */
export type Screen = {
  view: View
  words: PhoneWords
  now: number
  accounts: MerchantAccount[]
  /** Where "Done" leads; null for the phone itself. */
  returnUrl: string | null
}

/** A screen of the phone as an answer. */
export function showScreen(
  { accounts, clock }: WeChat,
  c: Context<Env>,
  base: string,
  draw: (screen: Screen) => ReturnType<typeof Phone>,
  { status = 200, hasScript = false }: { status?: PageStatus; hasScript?: boolean } = {},
) {
  const returnUrl = returnUrlOf(c, base)
  return showPage(
    c,
    base,
    (view) => {
      // The way back is in the address from now on, so that it outlives a change of the language.
      if (returnUrl !== null) view.url.searchParams.set('redirect_url', returnUrl)
      return draw({ view, words: PHONE_WORDS[view.locale], now: clock.now(), accounts, returnUrl })
    },
    // A page of the same server may lay the phone beside the code that it scans.
    { status, hasScript, isFramed: true },
  )
}

/** Where a buyer comes from: the merchant says it, or else the browser does. */
function returnUrlOf(c: Context<Env>, base: string): string | null {
  const named = readReturnUrl(c.req.query('redirect_url'))
  if (named !== null) return named
  const { referer, host } = c.req.header()
  const from = readReturnUrl(referer)
  if (from === null) return null
  const { host: fromHost, pathname } = new URL(from)
  const isOwn = fromHost === (host ?? new URL(c.req.url).host) && `${pathname}/`.startsWith(`${base}/`)
  return isOwn ? null : from
}

/** Where the merchant wants its buyer back; only web addresses, as a link may also be a script. */
export function readReturnUrl(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '')
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null
}

/** The address of one checkout's cashier, with the way back. */
export function cashierHref({ base }: Pick<View, 'base'>, prepayId: string, returnUrl: string | null): string {
  const query = new URLSearchParams({ prepay_id: prepayId })
  if (returnUrl !== null) query.set('redirect_url', returnUrl)
  return `${base}/phone?${query}`
}

export function payeeOf({ accounts, view, words }: Screen, { mchId }: TradeRecord): string {
  return payeeName(accounts, mchId, view.locale) ?? words.merchant(mchId)
}

export function goodsText({ accounts, words }: Screen, trade: TradeRecord): string {
  return goodsOf(trade, namesOf(accounts, trade.mchId), words)
}

/** The phone around a screen: what is long scrolls between the bar and the buttons. */
export function Phone({
  screen,
  title,
  js,
  children,
}: PropsWithChildren<{ screen: Screen; title: string; js?: string }>) {
  const { view, words, now } = screen
  return (
    <Page view={view} title={title} css="phone.css" {...(js && { js })}>
      <div class="desk">
        <aside class="caption">
          <p class="caption-title">{words.caption}</p>
          <p>{words.captionText}</p>
          <a href={view.base || '/'}>{words.inspector}</a>
        </aside>
        <div class="phone">
          <div class="status" aria-hidden="true">
            <span>{chinaTime(now).slice(11, 16)}</span>
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
    <section class="bar" aria-label={title}>
      {backHref !== undefined && (
        <a class="back" href={backHref} aria-label={back}>
          ‹
        </a>
      )}
      <h1>{title}</h1>
    </section>
  )
}

/** The part that scrolls when it has to; keys reach it too. */
export function Scroll({ label, children }: PropsWithChildren<{ label: string }>) {
  return (
    <section class="scroll" aria-label={label} tabindex={0}>
      {children}
    </section>
  )
}

export function Leave({ screen, isDone = false }: { screen: Screen; isDone?: boolean }) {
  const { view, words, returnUrl } = screen
  const label = isDone || returnUrl === null ? words.done : words.toMerchant
  return (
    // Away from the phone, and out of a page that shows it.
    <a class="leave" href={returnUrl ?? `${view.base}/phone`} {...(returnUrl !== null && { target: '_top' })}>
      {label}
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

export function Amount({ fen }: { fen: number }) {
  return (
    <p class="amount">
      <span>¥</span>
      {yuan(fen)}
    </p>
  )
}

export function Avatar({ text }: { text: string }) {
  return (
    <span class="avatar" aria-hidden="true">
      {[...text.trim()][0]?.toUpperCase() ?? '·'}
    </span>
  )
}

export function Message({ isError = false, children }: PropsWithChildren<{ isError?: boolean }>) {
  return (
    <p class={isError ? 'message error' : 'message'} role="status">
      {children}
    </p>
  )
}

const SIGNS = { good: 'M19 33l9 9 18-20', bad: 'M32 17v20M32 45v2', wait: 'M20 32h.1M32 32h.1M44 32h.1' }

/** `good` is for money that was taken, and for nothing else. */
export function Sign({ kind }: { kind: keyof typeof SIGNS }) {
  return (
    <svg class={`sign ${kind}`} viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
      <circle cx="32" cy="32" r="32" />
      <path d={SIGNS[kind]} />
    </svg>
  )
}
