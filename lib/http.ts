import { visit } from 'jsonc-parser'
import type { z } from 'zod'

/** Codes of all refusals the shop gives, with their HTTP status and title. The codes are stable; texts may change. */
export const PROBLEMS = {
  body_too_large: [413, 'The body is larger than this address accepts'],
  body_timeout: [408, 'The body did not arrive in time'],
  body_aborted: [400, 'The body ended before it was complete'],
  unsupported_media_type: [415, 'This content type is not accepted here'],
  malformed_json: [400, 'The body is not JSON'],
  repeated_key: [400, 'The body names a key twice'],
  invalid_body: [400, 'The body does not have the expected shape'],
  invalid_idempotency_key: [400, 'An Idempotency-Key has 16 to 128 visible characters'],
  idempotency_key_reused: [422, 'This Idempotency-Key was used for another request'],
  empty_cart: [400, 'There is nothing to order'],
  invalid_quantity: [400, 'The quantity must be a whole number from 1 to 99'],
  unknown_product: [400, 'There is no such product'],
  sold_out: [409, 'There is not enough of this product left'],
  forbidden_origin: [403, 'The request comes from another site'],
  login_failed: [401, 'Address or password is wrong'],
  not_signed_in: [401, 'This needs an admin who is signed in'],
  not_allowed: [403, 'A viewer may look, but not act'],
  wrong_password: [403, 'The current password is wrong'],
  weak_password: [400, 'A password has 12 to 128 characters'],
  email_taken: [409, 'Somebody has this e-mail already'],
  last_operator: [409, 'The last operator stays one'],
  own_account: [409, 'Nobody changes or removes their own account here'],
  too_many_requests: [429, 'Too many requests'],
  not_found: [404, 'There is nothing here for you'],
  method_not_allowed: [405, 'This method is not offered here'],
  not_judged_yet: [409, 'The message is still being judged'],
  order_paid: [409, 'The order is paid already'],
  order_unpaid: [409, 'The order is not paid'],
  already_shipped: [409, 'The order was marked as shipped already'],
  already_resolved: [409, 'Somebody has seen to this money already'],
  note_required: [400, 'A note of 1 to 500 characters is needed'],
  order_closed: [409, 'The order is closed'],
  order_expired: [409, 'The time to pay the order is over'],
  not_paid_yet: [409, 'WeChat has no payment for this order yet'],
  unknown_channel: [400, 'There is no such channel'],
  openid_required: [400, 'The jsapi channel needs the openid of the payer'],
  wechat_unavailable: [502, 'WeChat Pay did not answer; the order is unchanged'],
  wechat_refused: [502, 'WeChat Pay refused the payment; the order is unchanged'],
  store_unavailable: [503, 'The shop cannot write at the moment; nothing was changed'],
  internal: [500, 'Something went wrong; nothing was changed'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

/** A refusal as RFC 9457 describes it, with the code a program branches on. */
export function problem(code: ProblemCode, detail?: string, headers: Record<string, string> = {}): Response {
  const [status, title] = PROBLEMS[code]
  const body = { type: `urn:wechat-pay-shop:problem:${code}`, title, status, code, ...(detail && { detail }) }
  // The rest of a body that is too large is not read; the connection cannot be used for another request.
  const close = status === 413 || status === 408 ? { connection: 'close' } : {}
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...close, ...headers },
  })
}

/** An answer with data; nothing of it may be kept by caches, since it belongs to one customer. */
export function json(data: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(data, { status, headers: { 'cache-control': 'no-store', ...headers } })
}

/** Sends a browser on after a form: relative, so that it stays on the origin it came from. */
export function redirect(path: string, cookies: string[] = []): Response {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

export type Body =
  | { ok: true; bytes: Uint8Array }
  | { ok: false; code: 'body_too_large' | 'body_timeout' | 'body_aborted' }

/** Reads a body up to `bytesMax` bytes within `msMax` milliseconds; more is neither read nor kept. */
export async function readBody(request: Request, limits: { bytesMax: number; msMax: number }): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytesMax) return { ok: false, code: 'body_too_large' }
  if (request.body === null) return { ok: true, bytes: new Uint8Array() }
  const reader = request.body.getReader()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), limits.msMax)
  })
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const part = await Promise.race([reader.read(), deadline])
      if (part === 'late') return { ok: false, code: 'body_timeout' }
      if (part.done) return { ok: true, bytes: Buffer.concat(chunks) }
      size += part.value.byteLength
      if (size > limits.bytesMax) return { ok: false, code: 'body_too_large' }
      chunks.push(part.value)
    }
  } catch {
    return { ok: false, code: 'body_aborted' }
  } finally {
    clearTimeout(timer)
    reader.cancel().catch(() => undefined)
  }
}

const BODY_LIMITS = { bytesMax: 16 * 1024, msMax: 5_000 }

export type Read<T> = { ok: true; value: T } | { ok: false; response: Response }

function hasType(request: Request, type: string): boolean {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type
}

export function isForm(request: Request): boolean {
  return hasType(request, 'application/x-www-form-urlencoded')
}

/** The fields of a posted HTML form. */
export async function readForm(request: Request): Promise<Read<URLSearchParams>> {
  if (!isForm(request)) return refuse('unsupported_media_type')
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return refuse(body.code)
  return { ok: true, value: new URLSearchParams(new TextDecoder().decode(body.bytes)) }
}

/**
 * A JSON body in the shape of a schema; what the schema does not know is refused. `codes` gives a field that is there
 * and wrong a code of its own.
 */
export async function readJson<T>(
  request: Request,
  schema: z.ZodType<T>,
  codes: Record<string, ProblemCode> = {},
): Promise<Read<T>> {
  if (!hasType(request, 'application/json')) return refuse('unsupported_media_type')
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return refuse(body.code)
  let text: string
  let data: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body.bytes)
    data = JSON.parse(text)
  } catch {
    return refuse('malformed_json')
  }
  if (hasRepeatedKey(text)) return refuse('repeated_key')
  const parsed = schema.safeParse(data)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  const code = (isThere(data, field) && codes[field]) || 'invalid_body'
  return refuse(code, issue && `${field || 'body'}: ${issue.message}`)
}

function isThere(data: unknown, field: string): boolean {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, field)
}

/** Readers differ in which of two equal keys they believe, so a body that has them is not believed at all. */
function hasRepeatedKey(text: string): boolean {
  const open: Set<string>[] = []
  let isRepeated = false
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key) => {
      const keys = open.at(-1)
      if (keys?.has(key)) isRepeated = true
      keys?.add(key)
    },
  })
  return isRepeated
}

function refuse(code: ProblemCode, detail?: string): { ok: false; response: Response } {
  return { ok: false, response: problem(code, detail) }
}

/**
 * Whether a request that changes something comes from the shop's own pages. Browsers say so in Sec-Fetch-Site; older
 * ones name the Origin. A request with neither is no browser's, and may not use cookies.
 */
export function isSameOrigin(request: Request, publicUrl: URL): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  return request.headers.get('origin') === publicUrl.origin
}

/** Header in which the shop's own server names the address of the connection; what a client puts there is overwritten. */
export const REMOTE_ADDRESS_HEADER = 'x-remote-address'

/** Address of whoever sent the request: the connection's, or what a trusted proxy says. */
export function remoteAddress(request: Request, trustedProxies: readonly string[]): string {
  const socket = (request.headers.get(REMOTE_ADDRESS_HEADER) ?? '').replace(/^::ffff:/, '')
  if (!trustedProxies.includes(socket)) return socket
  // Read from the right: each trusted proxy adds the address it saw, and only those entries are proven.
  const hops = (request.headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  return hops.findLast((hop) => hop !== '' && !trustedProxies.includes(hop)) ?? socket
}

/** The cookies of a request, by name. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.split('=')
    if (key?.trim() === name) return decode(value.join('=').trim())
  }
  return undefined
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** A cookie that scripts cannot read; `maxAgeSeconds` 0 deletes it. */
export function writeCookie(name: string, value: string, maxAgeSeconds: number, publicUrl: URL): string {
  const secure = publicUrl.protocol === 'https:' ? '; Secure' : ''
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
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
