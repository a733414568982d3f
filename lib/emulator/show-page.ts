import type { Context } from 'hono'
import type { View } from './page'
import { findLocale, localeOf } from './words'

/** What every route is handed: where the request came from, and its body. */
export type Env = { Bindings: { remoteAddress?: string }; Variables: { bytes: Uint8Array } }

/** How long a browser keeps its language, and who it is. */
export const COOKIE_SECONDS = 365 * 24 * 60 * 60

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

type Draw = (view: View) => Parameters<Context['html']>[0]

/** A page in the visitor's language, which is remembered when it was chosen. */
export function showPage(c: Context<Env>, base: string, draw: Draw, status: 200 | 400 | 404 = 200) {
  const url = new URL(c.req.url)
  const locale = localeOf(c.req.raw)
  if (findLocale(url.searchParams.get('lang')) !== undefined) {
    c.header('set-cookie', `locale=${locale}; Path=${base || '/'}; Max-Age=${COOKIE_SECONDS}; SameSite=Lax; HttpOnly`)
  }
  return c.html(draw({ base, locale, url }), status, PAGE_HEADERS)
}

export function showStyle(c: Context<Env>, css: string) {
  return c.body(css, 200, { ...PAGE_HEADERS, 'content-type': 'text/css; charset=utf-8' })
}
