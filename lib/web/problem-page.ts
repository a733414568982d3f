import type { Locale } from '@/lib/i18n/locale'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { limitValues } from './limit-values'
import { isProblemCode, type ProblemCode } from './problem'
import { backPath } from './redirect'
import { requestLocale } from './request-locale'

const MESSAGES = { zh, en }

/** A request as far as its refusal is concerned, at a route handler or before one. */
export type Refused = { url: string; headers: Pick<Headers, 'get'> }

/** Whether somebody looks at the answer: a browser that opens a page or sends a form names HTML, no program does. */
export function wantsPage(headers: Pick<Headers, 'get'>): boolean {
  return /(^|,)\s*text\/html\b/i.test(headers.get('accept') ?? '')
}

/** The answer as it is for programs; for people, where it is a problem, the page that tells it. */
export async function forPeople(request: Refused, response: Response): Promise<Response> {
  const isProblem = response.headers.get('content-type') === 'application/problem+json'
  if (!isProblem || !wantsPage(request.headers)) return response
  const { code }: { code: unknown } = await response.json()
  const headers = new Headers(response.headers)
  headers.set('content-type', 'text/html; charset=utf-8')
  const page = problemPage(isProblemCode(code) ? code : 'internal', request, headers.get('retry-after'))
  return new Response(page, { status: response.status, headers })
}

/**
 * Why something was refused, in the language of the browser, with a way back. A whole document of its own: it is needed
 * where no page is rendered, and when rendering has failed.
 */
export function problemPage(code: ProblemCode, request: Refused, retryAfter: string | null): string {
  const { headers } = request
  const locale = requestLocale(request)
  const { problem, problemPage: words, notFound, admin } = MESSAGES[locale]
  const { pathname } = new URL(request.url, 'http://shop.invalid')
  const isForAdmins = /^\/(api\/)?admin\b/.test(pathname)
  const [homePath, home] = isForAdmins ? ['/admin', admin.overview] : ['/', notFound.home]
  const back = wayBack(headers)
  const links = back === null || back === homePath ? [] : [link(back, words.back, 'main')]
  return documentOf(locale, isForAdmins, [
    `<h1>${escapeHtml(problem.title)}</h1>`,
    `<p>${escapeHtml(textOf(code, locale))}</p>`,
    ...(retryAfter === null ? [] : [`<p>${escapeHtml(words.wait.replace('{seconds}', retryAfter))}</p>`]),
    `<p>${[...links, link(homePath, home, links.length === 0 ? 'main' : '')].join('\n')}</p>`,
  ])
}

function textOf(code: ProblemCode, locale: Locale): string {
  const texts: Partial<Record<ProblemCode, string>> = MESSAGES[locale].problem
  const values: Record<string, string | number> = limitValues(locale)
  // What only programs can do wrong has no text of its own.
  const text = texts[code] ?? MESSAGES[locale].problem.invalid_body
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** Where the form stood, if it stood on a page of ours. */
function wayBack(headers: Pick<Headers, 'get'>): string | null {
  if (headers.get('sec-fetch-site') !== 'same-origin') return null
  const page = URL.parse(headers.get('referer') ?? '')
  const path = page === null ? '' : backPath(page.pathname + page.search, '')
  return path === '' || path.startsWith('/api/') ? null : path
}

function link(path: string, words: string, look: string): string {
  return `<a class="${look}" href="${escapeHtml(path)}">${escapeHtml(words)}</a>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}

/** Where the other pages of the same part have their header, so that somebody sees where they are. */
function headerOf(locale: Locale, isForAdmins: boolean): string {
  const { brand, nav, admin } = MESSAGES[locale]
  const [home, title] = isForAdmins ? ['/admin', `${brand.name} · ${admin.title}`] : ['/', brand.name]
  const pages = isForAdmins
    ? ADMIN_PAGES.map((page) => [`/admin/${page}`, admin[page]] as const)
    : ([['/orders', nav.orders] as const, ['/cart', nav.cart] as const] as const)
  const logo = '<img src="/brand/logo.svg" alt="" width="30" height="30">'
  const links = pages.map(([path, words]) => link(path, words, '')).join('\n')
  const brandLink = `<a class="brand" href="${home}">${logo}${escapeHtml(title)}</a>`
  return `<header class="${isForAdmins ? 'bar' : ''}">${brandLink}<nav>${links}</nav></header>`
}

const ADMIN_PAGES = ['orders', 'refunds', 'money', 'bills', 'goods', 'notifications', 'calls'] as const

function documentOf(locale: Locale, isForAdmins: boolean, body: string[]): string {
  const { problem, brand } = MESSAGES[locale]
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(`${problem.title} · ${brand.name}`)}</title>
<link rel="icon" href="/brand/logo.svg">
<style>${STYLE}</style>
</head>
<body>
${headerOf(locale, isForAdmins)}
<main>
<img src="/brand/logo.svg" alt="" width="72" height="72">
${body.join('\n')}
</main>
</body>
</html>
`
}

/** The colours and shapes of the other pages, as far as one sentence and two links need them. */
const STYLE = `
:root { color-scheme: light dark; --paper: #f8f4ec; --ink: #1d2b26; --line: #e4dccb; --card: #fffdf8; --jade: #3f6e5b;
  --pine: #1f3d33; --deep: #152b24; --on-pine: #fff; --bar: #152b24;
  --chinese: "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC"; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #121a17; --ink: #e9ede6; --line: #33423b; --card: #1a2521; --jade: #86bda4;
    --pine: #a5d3bd; --deep: #c9e8d9; --on-pine: #10201a; --bar: #0b1210; }
}
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.7 var(--chinese), ui-sans-serif, system-ui, sans-serif; }
:lang(en) body { font-family: ui-sans-serif, system-ui, "Segoe UI", Roboto, Arial, var(--chinese), sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 6rem 1rem; text-align: center; }
h1 { font: 500 1.875rem/1.3 "Songti SC", "Noto Serif CJK SC", "Noto Serif SC", Georgia, ui-serif, serif; }
:lang(en) h1 { font-family: "Iowan Old Style", Charter, Georgia, ui-serif, serif; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem; padding: .5rem 1.5rem; border-bottom: 1px solid var(--line); }
header a { display: inline-flex; align-items: center; gap: .75rem; min-height: 2.75rem; padding: 0 .5rem; color: inherit;
  text-decoration: none; font-size: .9rem; }
header .brand { font-size: 1.1rem; }
header nav { flex: 1; }
.bar { background: var(--bar); color: #fff; }
main a { display: inline-block; margin: 1.5rem .25rem 0; padding: .5rem 1.5rem; border: 1px solid var(--line);
  border-radius: 2rem; background: var(--card); color: inherit; text-decoration: none; font-weight: 500; }
main a:hover { border-color: var(--jade); }
a:focus-visible { outline: 3px solid var(--jade); outline-offset: 3px; }
main .main { background: var(--pine); border-color: var(--pine); color: var(--on-pine); }
main .main:hover { background: var(--deep); }
`
