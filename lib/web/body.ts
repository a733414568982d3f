import { visit } from 'jsonc-parser'
import type { z } from 'zod'
import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'
import { type ProblemCode, problem } from './problem'

export type Body =
  | { ok: true; bytes: Uint8Array }
  | { ok: false; code: 'body_too_large' | 'body_timeout' | 'body_aborted' }

/** Reads a body up to `bytesMax` bytes within `msMax` milliseconds; more is neither read nor kept. */
export async function readBody(request: Request, limits: { bytesMax: number; msMax: number }): Promise<Body> {
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
