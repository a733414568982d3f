import type { KeyObject } from 'node:crypto'
import { withDeadline } from '@/lib/net/deadline'
import type { Evidence, SaidFields } from '@/lib/shop/evidence'
import type { Check } from '@/lib/shop/notification'
import { beginCall, type CallListener, endOf } from '../call-log'
import { AnswerTooLarge, type Fetch, readAnswer } from '../http'
import { shown } from '../shown'
import { type Json, readMessage } from './json'
import type { FoundKey, WeChatKeys } from './keys'
import { type Claimed, checkHeaders, checkSignature } from './message'
import { requestText, sign, writeAuthorization } from './sign'

export type MerchantAccount = {
  appid: string
  mchId: string
  /** The API v3 key, whose 32 characters are the bytes of a cipher's key. */
  v3Key: string
  /** Of the merchant's own certificate. */
  serial: string
  privateKey: KeyObject
  /** Id of WeChat Pay's public key, for a merchant that has it instead of platform certificates. */
  publicKeyId: string | null
}

/** How long an ordinary call may take; WeChat's own SDKs wait 8 to 15 seconds. */
export const CALL_MS_MAX = 8_000

/** What every call needs. `apiBase` has no slash at its end. */
export type Client = CallListener & {
  account: MerchantAccount
  apiBase: string
  fetch: Fetch
  keys: Pick<WeChatKeys, 'get'>
  newNonce: () => string
}

/** One request. `path` names its parts for the log, `target` is what is sent; `body` is the exact text, null for a GET. */
export type ApiRequest = {
  path: string
  target: string
  body: string | null
  outTradeNo?: string
  outRefundNo?: string
}

/**
 * An answer after all that comes before its business meaning. Success is signed by WeChat; a failure never is, and is known by its HTTP status and a
 * code alone (API v3, errors), so TLS is all that stands behind it. Anything less is `unknown` and proves nothing.
 */
export type VerifiedAnswer =
  | { type: 'success'; json: Json; evidence: Evidence }
  | { type: 'failure'; status: number; errCode: string; evidence: Evidence }
  | { type: 'unknown'; evidence: Evidence }

/**
 * Sends a signed request. Never throws because of what comes back, or does not come. An answer that only tries whether
 * signatures are looked at is refused, and the request goes out once more: the next answer is none (signature probing).
 */
export async function call(client: Client, request: ApiRequest, msMax: number): Promise<VerifiedAnswer> {
  const endsAt = performance.now() + msMax
  const answer = await callOnce(client, request, msMax)
  const msLeft = endsAt - performance.now()
  return answer.evidence.problem === 'not_a_probe' && msLeft > 0 ? callOnce(client, request, msLeft) : answer
}

async function callOnce(client: Client, request: ApiRequest, msMax: number): Promise<VerifiedAnswer> {
  const { path, outTradeNo, outRefundNo } = request
  const end = beginCall(client, { path, request: shownRequest(request), outTradeNo, outRefundNo })
  const answer = await withDeadline<VerifiedAnswer>(msMax, unknown('timeout'), async (signal) => {
    const received = await exchange(client, request, signal)
    if ('problem' in received) return unknown(received.problem)
    return verifyAnswer(received, client.now(), client.keys.get)
  })
  end(endOf(answer))
  return answer
}

function shownRequest({ target, body }: ApiRequest): SaidFields {
  if (body === null) return { target }
  const read = readMessage(Buffer.from(body))
  return read.ok ? shown(read.json) : {}
}

/** An answer as it came. */
export type Received = { status: number; headerOf: (name: string) => string | null; bytes: Uint8Array }

/** The answer to a signed request, or a word on why there is none. */
export async function exchange(
  client: Omit<Client, 'keys'>,
  request: Pick<ApiRequest, 'target' | 'body'>,
  signal: AbortSignal,
): Promise<Received | { problem: string }> {
  try {
    const { status, headers, body } = await client.fetch(signedRequest(client, request, signal))
    return { status, headerOf: (name) => headers.get(name), bytes: await readAnswer(body) }
  } catch (error) {
    return { problem: error instanceof AnswerTooLarge ? 'too_large' : 'no_connection' }
  }
}

/** A request as it goes out. What is signed is read from it: path and query as they are sent, and the bytes of the body. */
export function signedRequest(
  { account, apiBase, newNonce, now }: Pick<Client, 'account' | 'apiBase' | 'newNonce' | 'now'>,
  { target, body }: Pick<ApiRequest, 'target' | 'body'>,
  signal: AbortSignal,
): Request {
  const method = body === null ? 'GET' : 'POST'
  const { href, pathname, search } = new URL(`${apiBase}${target}`)
  const moment = { timestamp: String(Math.floor(now() / 1_000)), nonce: newNonce() }
  const text = requestText({ method, target: `${pathname}${search}`, ...moment, body: body ?? '' })
  const signature = sign(text, account.privateKey)
  const headers = new Headers({
    accept: 'application/json',
    authorization: writeAuthorization({ mchId: account.mchId, serial: account.serial, ...moment, signature }),
    // Some paths refuse requests without one before they look at the signature.
    'user-agent': 'wechat-pay-shop',
  })
  if (body !== null) headers.set('content-type', 'application/json')
  // Asks for answers that are signed with the public key's pair instead of a certificate's.
  if (account.publicKeyId !== null) headers.set('wechatpay-serial', account.publicKeyId)
  return new Request(href, { method, headers, body, signal, redirect: 'manual' })
}

/** WeChat's own are at most half as long. */
const ERR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/

/** Reads an answer: its status comes first, because a refusal carries no signature that could be missed (API v3, verification). */
export async function verifyAnswer(
  { status, headerOf, bytes }: Received,
  at: number,
  keyOf: (serial: string) => Promise<FoundKey>,
): Promise<VerifiedAnswer> {
  if (status !== 200 && status !== 204) return readFailure(status, bytes)
  const { checks, claimed } = checkHeaders(headerOf, at)
  const problem = failedIn([...checks, ...(await signatureChecks(claimed, bytes, keyOf))])
  const read = bytes.byteLength === 0 ? ({ ok: true, json: {} } as const) : readMessage(bytes)
  if (problem !== null) return unknown(problem, read.ok ? read.json : {})
  if (!read.ok) return unknown(`malformed: ${read.reason}`)
  return { type: 'success', json: read.json, evidence: { fields: shown(read.json), problem: null } }
}

async function signatureChecks(
  claimed: Claimed | null,
  bytes: Uint8Array,
  keyOf: (serial: string) => Promise<FoundKey>,
) {
  return claimed === null ? [] : checkSignature(claimed, bytes, await keyOf(claimed.serial))
}

/** In which check something failed; a wrong signature in the word that both APIs have for it. */
function failedIn(checks: Check[]): string | null {
  const failed = checks.find(({ passed }) => !passed)
  if (failed === undefined) return null
  return failed.name === 'signature' ? 'bad_signature' : failed.name
}

/** 202 asks for the same request again, and says no more. What does not name its error may come from a machine on the way. */
function readFailure(status: number, bytes: Uint8Array): VerifiedAnswer {
  const read = status >= 400 ? readMessage(bytes) : null
  const { code = '' } = read?.ok ? read.json : {}
  if (!read?.ok || typeof code !== 'string' || !ERR_CODE.test(code)) return unknown(`http_${status}`)
  const evidence = { fields: { http: status, ...shown(read.json) }, problem: null }
  return { type: 'failure', status, errCode: code, evidence }
}

/** The answer that settles nothing, with the word that says why. */
function unknown(problem: string, json: Json = {}): { type: 'unknown'; evidence: Evidence } {
  return { type: 'unknown', evidence: { fields: shown(json), problem } }
}
