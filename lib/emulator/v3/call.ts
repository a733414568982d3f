import type { MerchantAccount } from '../accounts'
import type { CallExplanation, CallWarning, Sentence } from '../explanation'
import type { Chances } from '../faults'
import type { MerchantKeys } from '../keys'
import type { RefundKey } from '../ledger/refund-schema'
import type { WeChat } from '../wechat'
import type { FieldRule } from './rules'

/** A JSON object whose fields nobody has looked at. */
export type JsonObject = Record<string, unknown>

/** A call whose sender is proven and whose fields are in order. */
export type AuthenticCall = {
  mchId: string
  /** One for each appid of the merchant. */
  accounts: MerchantAccount[]
  keys: MerchantKeys
  headers: Headers
  /** What stands in the path, decoded. */
  path: Record<string, string>
  query: URLSearchParams
  /** Empty for a call without a body. */
  body: JsonObject
  /** Address at which a browser finds this emulator, without a slash at its end. */
  baseUrl: string
  /** What may go wrong with it. */
  chances: Chances
}

/** One of WeChat Pay's addresses. */
export type Endpoint = {
  method: 'GET' | 'POST'
  /** For people, with names in braces where values stand. */
  address: string
  /** Which checks come before the signature: they differ, as probes of the real service have shown. */
  family: 'pay' | 'refund' | 'certificates' | 'bill'
  rules: FieldRule[]
  answer: (wechat: WeChat, call: AuthenticCall) => EndpointAnswer
}

export type EndpointAnswer = Success | File | Refusal

/** A bill, as it leaves and as it can be read. It is not signed. */
export type File = { type: 'file'; bytes: Uint8Array; file: string }

export type Success = {
  type: 'success'
  /** Undefined for 204. */
  body?: JsonObject
  /** Set if the buyer can pay from now on. */
  prepayId?: string
  /** Set if a refund was accepted. */
  refund?: RefundKey
  warnings?: CallWarning[]
}

/** Which field is wrong, in WeChat's own names (error codes, `detail`). */
export type Detail = { field: string; value: unknown; issue: string; location: 'body' | 'query' | 'url' }

/** Not done: an HTTP status and a code, never signed. */
export type Refusal = {
  type: 'refusal'
  status: number
  code: string
  message: string
  detail?: Detail
  why: CallExplanation
}

export function refuse(status: number, code: string, message: string, why: CallExplanation): Refusal {
  return { type: 'refusal', status, code, message, why }
}

export function state(field: string, rule: Sentence): CallExplanation {
  return { problem: 'state', field, rule }
}

export function faultMet(name: string): CallExplanation {
  return { problem: 'fault', rule: { zh: `故障 ${name} 发生了`, en: `the fault ${name} happened` } }
}

/** A text of the body by the names that lead to it; empty when there is none. */
export function textAt(body: JsonObject, ...names: string[]): string {
  const value = valueAt(body, ...names)
  return typeof value === 'string' ? value : ''
}

/** A number of the body; 0 when there is none. */
export function numberAt(body: JsonObject, ...names: string[]): number {
  const value = valueAt(body, ...names)
  return typeof value === 'number' ? value : 0
}

export function valueAt(body: JsonObject, ...names: string[]): unknown {
  return names.reduce<unknown>((within, name) => (isObject(within) ? within[name] : undefined), body)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
