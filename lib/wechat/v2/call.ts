import { withDeadline } from '@/lib/net/deadline'
import type { Evidence } from '@/lib/shop/evidence'
import { beginCall, type CallListener, endOf } from '../call-log'
import { AnswerTooLarge, type Fetch, readAnswer } from '../http'
import { shown } from '../shown'
import { type Fields, isSignedWith, newFields, type SignType, sign } from './sign'
import { readXml, writeXml } from './xml'

export type MerchantAccount = {
  appid: string
  mchId: string
  apiKey: string
  /** The key before this one. Nothing that it signed is believed, but a message signed with it can be explained. */
  previousApiKey: string | null
  signType: SignType
}

/** How long an ordinary call may take; WeChat's own SDKs wait 8 to 15 seconds. */
export const CALL_MS_MAX = 8_000

/** What every call needs. `apiBase` has no slash at its end. */
export type Client = CallListener & {
  account: MerchantAccount
  apiBase: string
  fetch: Fetch
  newNonce: () => string
}

/**
 * An answer after all that comes before its business meaning: HTTP 200, well formed, `return_code` SUCCESS, our
 * signature and our account. Anything less is `unknown` and proves nothing (protocol rules: check in this order).
 */
export type VerifiedAnswer =
  | { type: 'success'; fields: Fields; evidence: Evidence }
  | { type: 'failure'; errCode: string; evidence: Evidence }
  | { type: 'unknown'; evidence: Evidence }

/** Sends signed fields to one of WeChat Pay's paths. Never throws because of what comes back, or does not come. */
export async function call(
  client: Client,
  path: string,
  fields: Fields,
  type: SignType,
  msMax: number,
): Promise<VerifiedAnswer> {
  const { account, apiBase, newNonce } = client
  const asked: Fields = { ...fields, nonce_str: newNonce() }
  const { out_trade_no: outTradeNo, out_refund_no: outRefundNo } = fields
  const end = beginCall(client, { path, request: shown(asked), outTradeNo, outRefundNo })
  const body = writeXml({ ...asked, sign: sign(asked, account.apiKey, type) })
  const headers = { 'content-type': 'text/xml; charset=utf-8' }
  const received = await exchange(client.fetch, { url: `${apiBase}${path}`, headers, body }, msMax)
  const answer = 'problem' in received ? unknown(received.problem) : verifyAnswer(account, received.bytes, type)
  end(endOf(answer))
  return answer
}

type Received = { bytes: Uint8Array } | { problem: string }

/** The answer's bytes, or a word on why there are none. Also ends when `fetch` ignores its signal. */
function exchange(
  fetch: Fetch,
  { url, headers, body }: { url: string; headers: Record<string, string>; body: string },
  msMax: number,
): Promise<Received> {
  return withDeadline<Received>(msMax, { problem: 'timeout' }, (signal) =>
    receive(fetch, new Request(url, { method: 'POST', headers, body, signal, redirect: 'manual' })),
  )
}

async function receive(fetch: Fetch, request: Request): Promise<Received> {
  try {
    const { status, body } = await fetch(request)
    const bytes = await readAnswer(body)
    if (status === 200) return { bytes }
    return { problem: isAboutCertificate(status, bytes) ? 'certificate_refused' : `http_${status}` }
  } catch (error) {
    return { problem: error instanceof AnswerTooLarge ? 'too_large' : 'no_connection' }
  }
}

/** What WeChat's front server says below `/secapi` to a missing or unusable client certificate, as a page of HTML. */
function isAboutCertificate(status: number, bytes: Uint8Array): boolean {
  return status === 400 && Buffer.from(bytes).includes('SSL certificate')
}

/** Verifies an answer's bytes as the answer to a request that was signed with `type`. */
export function verifyAnswer(
  { apiKey, appid, mchId }: MerchantAccount,
  bytes: Uint8Array,
  type: SignType,
): VerifiedAnswer {
  const read = readXml(bytes)
  if (!read.ok) return unknown(`malformed: ${read.reason}`)
  const { fields } = read
  if (fields.return_code !== 'SUCCESS') return unknown('return_code_fail', fields)
  if (!isSignedWith(fields, apiKey, type)) return unknown('bad_signature', fields)
  if (fields.appid !== appid || fields.mch_id !== mchId) return unknown('not_ours', fields)
  const evidence = { fields: shown(fields), problem: null }
  if (fields.result_code === 'SUCCESS') return { type: 'success', fields, evidence }
  // A failure that does not say which is as good as no answer: a refusal would end the payment.
  const errCode = fields.err_code?.slice(0, ERR_CODE_MAX)
  return errCode ? { type: 'failure', errCode, evidence } : unknown('no_err_code', fields)
}

/** The answer that settles nothing, with the word that says why. */
function unknown(problem: string, fields: Fields = newFields()): { type: 'unknown'; evidence: Evidence } {
  return { type: 'unknown', evidence: { fields: shown(fields), problem } }
}

/** WeChat's own are at most half as long. */
const ERR_CODE_MAX = 64
