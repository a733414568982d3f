import type { ProblemCode } from './problem'

/** Sends a browser on after a form: relative, so that it stays on the origin it came from. */
export function redirect(path: string, cookies: string[] = []): Response {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** A path on this site to go back to after a form; anything that leads elsewhere becomes `fallback`. */
export function backPath(value: string | null, fallback: string): string {
  if (value === null || !value.startsWith('/')) return fallback
  const url = URL.parse(value, 'http://shop.invalid')
  return url === null || url.origin !== 'http://shop.invalid' ? fallback : url.pathname + url.search
}

/** The path with the word that tells the page what went wrong. */
export function withProblem(path: string, code: ProblemCode, params: Record<string, string> = {}): string {
  const url = new URL(path, 'http://shop.invalid')
  for (const [name, value] of Object.entries({ problem: code, ...params })) url.searchParams.set(name, value)
  return url.pathname + url.search
}
