import type { Context } from 'hono'
import { findLocale, localeOf } from './locale'
import type { View } from './page'
import type { Caller } from './public'

/** What every route is handed: where the request came from, and its body. */
export type Env = { Bindings: Partial<Caller>; Variables: { bytes: Uint8Array } }

/** How long a browser keeps its language, and who it is. */
export const COOKIE_SECONDS = 365 * 24 * 60 * 60

/** What a page may do beyond showing text. */
type Freedom = {
  /** It brings a script file of its own: that one and nothing inline, and it may ask nobody else. */
  hasScript?: boolean
  /** Pages of the same server may show it inside themselves. */
  isFramed?: boolean
}

function policyOf({ hasScript = false, isFramed = false }: Freedom): string {
  const base = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
  const script = hasScript ? "; script-src 'self'; connect-src 'self'" : ''
  return `${base}; frame-ancestors ${isFramed ? "'self'" : "'none'"}${script}`
}

const PAGE_HEADERS = {
  'content-security-policy': policyOf({}),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export type PageStatus = 200 | 400 | 404
type Draw = (view: View) => Parameters<Context['html']>[0]

/** A page in the visitor's language, which is remembered when it was chosen. */
export function showPage(
  c: Context<Env>,
  base: string,
  draw: Draw,
  { status = 200, ...freedom }: { status?: PageStatus | undefined } & Freedom = {},
) {
  const url = new URL(c.req.url)
  const locale = localeOf(c.req.raw)
  if (findLocale(url.searchParams.get('lang')) !== undefined) {
    c.header('set-cookie', `locale=${locale}; Path=${base || '/'}; Max-Age=${COOKIE_SECONDS}; SameSite=Lax; HttpOnly`)
  }
  return c.html(draw({ base, locale, url }), status, {
    ...PAGE_HEADERS,
    'content-security-policy': policyOf(freedom),
  })
}

/** Files of the pages are the same for as long as the emulator runs; one that is started anew may have others. */
const FILE_HEADERS = { ...PAGE_HEADERS, 'cache-control': 'private, max-age=300' }

export function showScript(c: Context<Env>, js: string) {
  return c.body(js, 200, { ...FILE_HEADERS, 'content-type': 'text/javascript; charset=utf-8' })
}

export function showStyle(c: Context<Env>, css: string) {
  return c.body(css, 200, { ...FILE_HEADERS, 'content-type': 'text/css; charset=utf-8' })
}
