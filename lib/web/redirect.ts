import type { ProblemCode } from './problem'

/** Only to see where a path would lead; nobody is ever there. */
const BASE = 'http://shop.invalid'

/** Nothing that the shop writes comes near this length. */
const PATH_LENGTH_MAX = 2_000

/**
 * A path on this site as a browser will understand it; null for whatever leads elsewhere, or would for another reader.
 * Everything from outside that an answer or a link leads to goes through here: addresses have dot segments, backslashes,
 * encodings and control characters with which a text that begins like a path becomes another host.
 */
function localPath(text: string): string | null {
  if (!text.startsWith('/') || text.length > PATH_LENGTH_MAX) return null
  const url = URL.parse(text, BASE)
  if (url === null || url.origin !== BASE) return null
  const path = url.pathname + url.search
  // `/.//host` has lost its dot by now, and what is left of it would lead to that host.
  return /^\/(?![/\\])/.test(path) && URL.parse(path, BASE)?.href === BASE + path ? path : null
}

/** A path on this site to go back to after a form; anything that leads elsewhere becomes `fallback`. */
export function backPath(value: string | null, fallback: string): string {
  return (value === null ? null : localPath(value)) ?? fallback
}

/** The page a form stood on, as browsers say it: only its path counts, whoever's page it is. */
export function formerPath(request: Request, fallback: string): string {
  const page = URL.parse(request.headers.get('referer') ?? '')
  return backPath(page && page.pathname + page.search, fallback)
}

/**
 * Sends a browser on after a form: relative, so that it stays on the origin it came from. Throws for a path that leads
 * elsewhere, since then something from outside did not go through `backPath`.
 */
export function redirect(path: string, cookies: string[] = []): Response {
  const location = localPath(path)
  if (location === null) throw new Error('a redirect would leave this site')
  return seeOther(location, cookies)
}

/**
 * The same to a page that sent its form by script and stays where it is: it goes on by itself. A form that was sent without
 * one is redirected.
 */
export function goOn(request: Request, path: string, cookies: string[] = []): Response {
  if (request.headers.get('accept') !== 'application/json') return redirect(path, cookies)
  const to = localPath(path)
  if (to === null) throw new Error('a page would leave this site')
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(JSON.stringify({ to }), { headers })
}

/** The path as it is without what a form before this one had to say. */
export function withoutNews(path: string): string {
  const url = new URL(backPath(path, '/'), BASE)
  for (const name of ['problem', 'product', 'added']) url.searchParams.delete(name)
  return url.pathname + url.search
}

/** Sends a browser to an address of WeChat that comes from the settings, and never from a request. */
export function leaveFor(address: string): Response {
  return seeOther(address, [])
}

function seeOther(location: string, cookies: string[]): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** The path with the word that tells the page what went wrong. */
export function withProblem(path: string, code: ProblemCode, params: Record<string, string> = {}): string {
  const url = new URL(backPath(path, '/'), BASE)
  for (const [name, value] of Object.entries({ problem: code, ...params })) url.searchParams.set(name, value)
  return url.pathname + url.search
}
