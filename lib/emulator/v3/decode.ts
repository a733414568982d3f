import type { Sentence } from '../explanation'
import { isObject, type JsonObject, type Refusal, refuse } from './call'

/** More levels than any documented body has; deeper ones would only cost. */
const DEPTH_MAX = 16

/** The JSON object of a request's body; a body that is empty has no fields. */
export function readJson(bytes: Uint8Array): { ok: true; body: JsonObject } | Refusal {
  if (bytes.byteLength === 0) return { ok: true, body: {} }
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (depthOf(text) > DEPTH_MAX) return notJson(NOT_DEEP)
    value = JSON.parse(text)
  } catch {
    return notJson(ONE_OBJECT)
  }
  return isObject(value) ? { ok: true, body: value } : notJson(ONE_OBJECT)
}

/** How deep brackets nest. What parses it, and what walks through it afterwards, would go as deep. */
function depthOf(text: string): number {
  let [depth, deepest, isInText] = [0, 0, false]
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]
    if (character === '"') isInText = !isInText
    else if (isInText && character === '\\') i += 1
    else if (!isInText && (character === '{' || character === '[')) depth += 1
    else if (!isInText && (character === '}' || character === ']')) depth -= 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

function notJson(rule: Sentence): Refusal {
  return refuse(400, 'PARAM_ERROR', '请求体不是合法的 JSON 对象', { problem: 'transport', rule })
}

const ONE_OBJECT: Sentence = { zh: '请求体是一个 UTF-8 编码的 JSON 对象', en: 'the body is one JSON object in UTF-8' }
const NOT_DEEP: Sentence = {
  zh: `请求体的 JSON 嵌套不超过 ${DEPTH_MAX} 层`,
  en: `the JSON of the body nests at most ${DEPTH_MAX} levels deep`,
}
