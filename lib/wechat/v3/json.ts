import type { JSONPath } from 'jsonc-parser'
import { z } from 'zod'
import { type JsonProblem, pathsOfOddNumbers, readJson } from '@/lib/net/strict-json'

/** An object of JSON. */
export type Json = Record<string, unknown>

export type ReadMessage = { ok: true; json: Json } | { ok: false; reason: JsonProblem | 'not_utf8' | 'no_object' }

/**
 * The JSON of a message, strictly: UTF-8, one object, no key twice, not deep. Numbers that are not whole, or larger than
 * can be told apart, become NaN: whoever reads them as money refuses them, and others are not disturbed.
 */
export function readMessage(bytes: Uint8Array): ReadMessage {
  const text = decodeUtf8(bytes)
  if (text === null) return { ok: false, reason: 'not_utf8' }
  const read = readJson(text)
  if (!read.ok) return read
  const object = z.record(z.string(), z.unknown()).safeParse(read.value)
  if (!object.success) return { ok: false, reason: 'no_object' }
  for (const path of pathsOfOddNumbers(text)) spoil(object.data, path)
  return { ok: true, json: object.data }
}

function spoil(value: unknown, [name, ...rest]: JSONPath): void {
  // A key may be called `__proto__`, and only what stands in the message is touched.
  if (name === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return
  if (rest.length > 0) spoil(Reflect.get(value, name), rest)
  else Reflect.set(value, name, Number.NaN)
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The first field that is not as a schema has it, such as `amount.total`. */
export function firstField({ issues: [issue] }: z.ZodError): string {
  return issue?.path.join('.') ?? ''
}

/** An amount in fen: a whole number in JSON (API v3, data formats), and no more than any order has. */
export const fen = z.number().int().min(0).max(999_999_999_999)
