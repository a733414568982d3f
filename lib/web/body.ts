import type { z } from 'zod'
import { withDeadline } from '@/lib/net/deadline'
import { type BodyStream, readBytes } from '@/lib/net/read-bytes'
import { type JsonProblem, readJson as readStrictJson, UNWRITABLE } from '@/lib/net/strict-json'
import { type ProblemCode, problem } from './problem'

export type Body =
  | { ok: true; bytes: Uint8Array }
  | { ok: false; code: 'body_too_large' | 'body_timeout' | 'body_aborted' }

/** A request as far as its body is read: also one that is no `Request` of the web's. */
export type Bodied = { headers: Pick<Headers, 'get'>; body: BodyStream | null }

/** Reads a body up to `bytesMax` bytes within `msMax` milliseconds; more is neither read nor kept. */
export async function readBody(request: Bodied, limits: { bytesMax: number; msMax: number }): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? 0) > limits.bytesMax) return { ok: false, code: 'body_too_large' }
  return withDeadline<Body>(limits.msMax, { ok: false, code: 'body_timeout' }, async (signal) => {
    try {
      const bytes = await readBytes(request.body, limits.bytesMax, signal)
      return bytes === null ? { ok: false, code: 'body_too_large' } : { ok: true, bytes }
    } catch {
      return { ok: false, code: 'body_aborted' }
    }
  })
}

const BODY_LIMITS = { bytesMax: 16 * 1024, msMax: 5_000 }

export type Read<T> = { ok: true; value: T } | { ok: false; response: Response }

function hasType(request: Request, type: string): boolean {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type
}

export function isForm(request: Request): boolean {
  return hasType(request, 'application/x-www-form-urlencoded')
}

/** The fields of a posted HTML form. Bytes that are no UTF-8 would be kept as other characters than were meant. */
export async function readForm(request: Request): Promise<Read<URLSearchParams>> {
  if (!isForm(request)) return refuse('unsupported_media_type')
  const body = await readBody(request, BODY_LIMITS)
  if (!body.ok) return refuse(body.code)
  const fields = new URLSearchParams(new TextDecoder().decode(body.bytes))
  const isOdd = [...fields].flat().some((text) => UNWRITABLE.test(text) || text.includes('\ufffd'))
  return isOdd ? refuse('invalid_body', 'a field holds characters that are none') : { ok: true, value: fields }
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
  const text = decodeUtf8(body.bytes)
  const read = text === null ? null : readStrictJson(text)
  if (read === null) return refuse('malformed_json')
  if (!read.ok) return refuse(...JSON_PROBLEMS[read.reason](read.key ?? ''))
  const data = read.value
  const parsed = schema.safeParse(data)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  const field = issue?.path.join('.') ?? ''
  const code = (isThere(data, field) && codes[field]) || 'invalid_body'
  return refuse(code, issue && `${field || 'body'}: ${issue.message}`.slice(0, DETAIL_LENGTH_MAX))
}

const JSON_PROBLEMS: Record<JsonProblem, (key: string) => [ProblemCode, string?]> = {
  not_json: () => ['malformed_json'],
  too_deep: () => ['invalid_body', 'body: nested too deeply'],
  odd_text: () => ['invalid_body', 'body: a text holds characters that are none'],
  repeated_key: (key) => ['repeated_key', `body: "${key.slice(0, 64)}" stands there twice`],
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** A detail may quote what was sent, and is no echo of it. */
const DETAIL_LENGTH_MAX = 300

function isThere(data: unknown, field: string): boolean {
  const [first = '', ...rest] = field.split('.')
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, first)) return false
  return rest.length === 0 || isThere(Object.entries(data).find(([name]) => name === first)?.[1], rest.join('.'))
}

function refuse(code: ProblemCode, detail?: string): { ok: false; response: Response } {
  return { ok: false, response: problem(code, detail) }
}
