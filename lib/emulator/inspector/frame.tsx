/** @jsxImportSource hono/jsx */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { visibleText } from '@/lib/net/visible-text'
import { chinaTime, yuan } from '../format'
import type { RefundKey, RefundStatus } from '../ledger/refund-schema'
import type { TradeKey, TradeRecord, TradeState } from '../ledger/schema'
import { Page, type View } from '../page'
import { INSPECTOR_WORDS, type InspectorWords } from './words'

const TABS = ['activity', 'orders', 'refunds', 'faults', 'clock'] as const
export type Tab = (typeof TABS)[number]

/** What every page of the inspector has to know: where it is shown, when, and the state of the ledger. */
export type InspectorContext = { view: View; words: InspectorWords; now: number; changes: number; faults: number }

export function contextOf(
  view: View,
  ledgerState: Pick<InspectorContext, 'now' | 'changes' | 'faults'>,
): InspectorContext {
  return { view, words: INSPECTOR_WORDS[view.locale], ...ledgerState }
}

/** A page of the inspector. */
export function Frame({
  context,
  tab,
  title,
  isLive = false,
  children,
}: PropsWithChildren<{ context: InspectorContext; tab: Tab | null; title: string; isLive?: boolean }>) {
  const { view, words, now, changes, faults } = context
  const name = title === words.title ? title : `${title} · ${words.title}`
  return (
    <Page view={view} title={name} css="inspector.css" js="inspector.js">
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <a class="brand" href={homeOf(view)}>
          <Mark />
          <span>{words.title}</span>
        </a>
        <nav class="tabs" aria-label={words.tabs} data-live="tabs">
          {TABS.map((it) => (
            <a
              key={it}
              href={it === 'activity' ? homeOf(view) : `${view.base}/${it}`}
              aria-current={it === tab ? 'page' : undefined}
            >
              {words.tab[it]}
              {it === 'faults' && faults > 0 && (
                <span class="badge">
                  {faults}
                  <span class="hidden"> {words.faultsOn}</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <p class="top-end">
          <a class="now" href={`${view.base}/clock`} title={words.now}>
            <span class="hidden">{words.now} </span>
            <span data-live="clock">
              <time data-clock={String(now)}>{chinaTime(now)}</time>
            </span>
          </a>
          <a class="to-phone" href={`${view.base}/phone`}>
            <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
              <rect x="5" y="1.5" width="10" height="17" rx="2.5" />
              <path d="M9 15.5h2" />
            </svg>
            <span>{words.phone}</span>
          </a>
        </p>
      </header>
      {isLive ? (
        <main id="main" data-changes={String(changes)}>
          {children}
        </main>
      ) : (
        <main id="main">{children}</main>
      )}
    </Page>
  )
}

/** Two speech bubbles, as the service has them, but square and ours. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M7 9.5h12.5v8.5h-7l-3.5 3v-3H7z" />
      <path d="M22 13.5h3v9h-2v2.6l-3-2.6h-6v-2" fill="none" />
    </svg>
  )
}

/** The heading of a page, with what belongs beside it. */
export function Head({ title, text, children }: PropsWithChildren<{ title: Child; text?: Child }>) {
  return (
    <div class="head">
      <div>
        <h1>{title}</h1>
        {text !== undefined && <p>{text}</p>}
      </div>
      {children}
    </div>
  )
}

/** Says whether the page keeps itself up to date. The script fills it in; without one the page is reloaded by hand. */
export function Live({ words, href }: { words: InspectorWords; href: string }) {
  return (
    <p class="live">
      <span class="live-is">{words.live}</span>
      <span class="live-away">{words.away}</span>
      <span class="live-paused">{words.paused}</span>
      <a class="button small reload" href={href}>
        {words.reload}
      </a>
      <button type="button" class="button small" data-pause aria-pressed="false" hidden>
        {words.pause}
      </button>
    </p>
  )
}

export function Card({ title, children }: PropsWithChildren<{ title?: string }>) {
  return (
    <section class="card">
      {title !== undefined && <h2>{title}</h2>}
      {children}
    </section>
  )
}

export function Empty({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <div class="empty">
      <svg viewBox="0 0 64 48" width="64" height="48" aria-hidden="true">
        <path d="M6 22 14 6h36l8 16v18a4 4 0 0 1-4 4H10a4 4 0 0 1-4-4z" />
        <path d="M6 22h16l4 7h12l4-7h16" />
      </svg>
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}

export function Facts({ children }: PropsWithChildren) {
  return <dl class="facts">{children}</dl>
}

export function Fact({ name, children }: PropsWithChildren<{ name: string }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const TEXT_ID = {
  body: 'body-text',
  answer: 'answer-text',
  signed: 'signed-text',
  yours: 'yours-text',
  answerSigned: 'answer-signed-text',
  curl: 'curl-text',
}

/** A text that can be copied; whatever it holds just stands there. */
export function Text({
  title,
  id,
  words,
  hint,
  children,
}: {
  title: string
  id: keyof typeof TEXT_ID
  words: InspectorWords
  hint?: string
  children: string
}) {
  return (
    <figure>
      <figcaption>
        <span>{title}</span>
        <button type="button" class="button small" data-copy={TEXT_ID[id]} data-copied={words.copied} hidden>
          {words.copy}
          <span class="hidden"> {title}</span>
        </button>
      </figcaption>
      <pre id={TEXT_ID[id]}>{children}</pre>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </figure>
  )
}

/** Fields of a message, with what is empty shown as such. */
export function Fields({ fields, words }: { fields: Record<string, string>; words: InspectorWords }) {
  return (
    <dl class="fields">
      {Object.entries(fields).map(([name, value]) => (
        <div key={name}>
          <dt>{visibleText(name)}</dt>
          <dd>{value === '' ? <em>{words.emptyValue}</em> : visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

export type Tone = 'good' | 'bad' | 'wait' | 'plain'

export function Tag({ tone, children }: PropsWithChildren<{ tone: Tone }>) {
  return <span class={`tag ${tone}`}>{children}</span>
}

export function StateTag({ trade, words }: { trade: TradeRecord; words: InspectorWords }) {
  const tones: Record<TradeState, Tone> = { SUCCESS: 'good', REFUND: 'plain', NOTPAY: 'wait', CLOSED: 'plain' }
  return <Tag tone={tones[trade.state]}>{words.state[trade.state]}</Tag>
}

export function RefundTag({ status, words }: { status: RefundStatus; words: InspectorWords }) {
  const tones: Record<RefundStatus, Tone> = { SUCCESS: 'good', PROCESSING: 'wait', CLOSED: 'plain', ABNORMAL: 'bad' }
  return <Tag tone={tones[status]}>{words.refund.status[status]}</Tag>
}

export function Money({ fen }: { fen: number }) {
  return <span class="money">¥{yuan(fen)}</span>
}

export function When({ at }: { at: number }) {
  return <time datetime={new Date(at).toISOString()}>{chinaTime(at)}</time>
}

/** The time of day alone, where the day is said elsewhere. */
export function Clock({ at }: { at: number }) {
  return <time datetime={new Date(at).toISOString()}>{chinaTime(at).slice(11)}</time>
}

/** Where the inspector begins. Inside a shop a slash at the end would only cost a redirect. */
export function homeOf({ base }: Pick<View, 'base'>): string {
  return base || '/'
}

/** The address of one order's page. Numbers are the merchant's words, so they travel in the query. */
export function orderHref({ base }: Pick<View, 'base'>, { mchId, outTradeNo }: TradeKey): string {
  return `${base}/order?${new URLSearchParams({ mch_id: mchId, out_trade_no: outTradeNo })}`
}

export function refundHref({ base }: Pick<View, 'base'>, { mchId, outRefundNo }: RefundKey): string {
  return `${base}/refund?${new URLSearchParams({ mch_id: mchId, out_refund_no: outRefundNo })}`
}

/** The same page with other things asked for; null leaves one out. */
export function hrefWith({ url }: View, changed: Record<string, string | null>): string {
  const query = new URLSearchParams(url.search)
  query.delete('lang')
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  return `?${query}`
}
