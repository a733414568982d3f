import { type JSONPath, visit } from 'jsonc-parser'

/** Why a text is not read: it is no JSON, a key stands in one object twice, it is too deep, or a text holds what no text may. */
export type JsonProblem = 'not_json' | 'repeated_key' | 'too_deep' | 'odd_text'

export type ReadJson = { ok: true; value: unknown } | { ok: false; reason: JsonProblem; key: string | null }

/** No body that is read here goes deeper than a few; a walk through one that does would end at the end of the stack. */
const DEPTH_MAX = 32

/** What no text may hold: not every store can keep it, and nobody types it. */
export const UNWRITABLE = /[\0\p{Cs}]/u

class OddJson extends Error {
  readonly reason: JsonProblem
  readonly key: string | null
  constructor(reason: JsonProblem, key: string | null = null) {
    super(reason)
    this.reason = reason
    this.key = key
  }
}

/**
 * The value of a JSON text, and nothing for what JSON allows and no honest sender writes. Readers differ in which of two
 * equal keys they believe, so a text that has them is not believed at all.
 */
export function readJson(text: string): ReadJson {
  try {
    const value: unknown = JSON.parse(text)
    checkText(text)
    return { ok: true, value }
  } catch (error) {
    return error instanceof OddJson
      ? { ok: false, reason: error.reason, key: error.key }
      : { ok: false, reason: 'not_json', key: null }
  }
}

function checkText(text: string): void {
  const open: Set<string>[] = []
  const enter = () => {
    if (open.push(new Set()) > DEPTH_MAX) throw new OddJson('too_deep')
  }
  const leave = () => void open.pop()
  const check = (value: unknown) => {
    if (typeof value === 'string' && UNWRITABLE.test(value)) throw new OddJson('odd_text')
  }
  visit(text, {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onLiteralValue: check,
    onObjectProperty: (key) => {
      check(key)
      const keys = open.at(-1)
      if (keys?.has(key)) throw new OddJson('repeated_key', key)
      keys?.add(key)
    },
  })
}

/** Where a text of JSON writes a number otherwise than as a whole one that `Number` keeps exactly: 1.5, 1e2, -0, 2^53. */
export function pathsOfOddNumbers(text: string): JSONPath[] {
  const paths: JSONPath[] = []
  visit(text, {
    onLiteralValue: (value, offset, length, _line, _column, pathOf) => {
      if (typeof value !== 'number') return
      const isWhole = /^(0|-?[1-9]\d*)$/.test(text.slice(offset, offset + length))
      if (!isWhole || !Number.isSafeInteger(value)) paths.push(pathOf())
    },
  })
  return paths
}
