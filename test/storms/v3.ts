import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { open, seal } from '@/lib/wechat/v3/cipher'
import type { HandedOut } from '@/lib/wechat/v3/handed-out'
import { messageText, sign } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import type { Chance } from './chance'

/* API v3 on the wire of storms: what WeChat's keys can do, and what somebody makes of its messages. */

const { v3Key, merchant, wechat, platform } = DEMO_KEYS

/** What a shop of API v3 has. */
export const SHOP_KEYS: HandedOut = {
  v3Key,
  serial: merchant.serial,
  privateKey: createPrivateKey(merchant.privateKey),
  publicKey: { id: wechat.publicKeyId, key: createPublicKey(wechat.publicKey) },
}
const SIGNERS = new Map<string, KeyObject>([
  [wechat.publicKeyId, createPrivateKey(wechat.privateKey)],
  [platform.serial, createPrivateKey(platform.privateKey)],
])

type Json = Record<string, unknown>
type HeaderValues = Record<string, string>
/** What comes to a notify URL. */
export type Incoming = { apiVersion: 'v2' | 'v3'; headers: HeaderValues; body: string }

/** A message of API v2, or one of v3 that nobody signed. */
export function incoming(body: string): Incoming {
  const apiVersion = body.startsWith('{"id"') ? 'v3' : 'v2'
  return { apiVersion, headers: { 'content-type': apiVersion === 'v3' ? 'application/json' : 'text/xml' }, body }
}

/** The same as WeChat itself sends it now. */
export function genuine(body: string, now: number): Incoming {
  const message = incoming(body)
  return message.apiVersion === 'v2' ? message : { ...message, headers: signed(message.headers, body, now) }
}

/** Headers with WeChat's signature over a body. */
function signed(headers: HeaderValues, body: string, now: number): HeaderValues {
  const named = headers['wechatpay-serial'] ?? ''
  const serial = SIGNERS.has(named) ? named : wechat.publicKeyId
  const key = SIGNERS.get(serial)
  if (key === undefined) throw new Error('WeChat has lost its keys')
  const nonce = headers['wechatpay-nonce'] ?? 'storm'
  const timestamp = headers['wechatpay-timestamp'] ?? String(Math.floor(now / 1_000))
  const signature = sign(messageText({ timestamp, nonce, body }), key)
  return {
    ...headers,
    ...{ 'wechatpay-serial': serial, 'wechatpay-nonce': nonce, 'wechatpay-timestamp': timestamp },
    'wechatpay-signature': signature,
  }
}

/** A delivery with another content under the key that opens it. */
function resealed(body: string, change: (content: Json) => Json): string {
  const message = JSON.parse(body)
  const { nonce, associated_data: associatedData, ciphertext } = message.resource
  const opened = open({ nonce, associatedData, ciphertext }, v3Key)
  if (opened === null) return body
  const content = change(JSON.parse(Buffer.from(opened).toString()))
  const sealed = seal(JSON.stringify(content), { nonce, associatedData }, v3Key)
  return JSON.stringify({ ...message, resource: { ...message.resource, ciphertext: sealed.ciphertext } })
}

/** A delivery on a wire that changes what it carries. */
export function alteredDelivery(message: Incoming, fault: string | null, chance: Chance): Incoming {
  const { headers, body } = message
  const { 'wechatpay-signature': signature = '', ...unsigned } = headers
  switch (fault) {
    case 'amount tampered': {
      const fen = chance.between(1, 99_999_999)
      return {
        ...message,
        body: resealed(body, (it) => ({ ...it, amount: { total: fen, refund: 1, currency: 'CNY' } })),
      }
    }
    case 'sign tampered':
      return { ...message, headers: { ...headers, 'wechatpay-signature': Buffer.alloc(256).toString('base64') } }
    case 'sign missing':
      return { ...message, headers: unsigned }
    case 'other merchant': {
      const other = resealed(body, (it) => ({ ...it, mchid: '1900000999' }))
      return { ...message, body: other, headers: signed(headers, other, 0) }
    }
    case 'truncated':
      return { ...message, body: body.slice(0, chance.below(body.length)) }
    case 'doctype':
      // Of v3 it is a probe that is no notification.
      return { ...message, headers: { ...headers, 'wechatpay-signature': `WECHATPAY/SIGNTEST/${signature.slice(19)}` } }
    default:
      return message
  }
}

const SYSTEM_ERROR = JSON.stringify({ code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' })

export function systemErrorOfV3(): Response {
  return new Response(SYSTEM_ERROR, { status: 500, headers: { 'content-type': 'application/json' } })
}

/** What somebody may make of an answer, under the signature of what WeChat said. */
const LIES: readonly Json[] = [
  { trade_state: 'SUCCESS', transaction_id: '4200000000209901010000000000', success_time: '2026-03-01T10:00:00+08:00' },
  { trade_state: 'CLOSED' },
  { status: 'SUCCESS' },
  { status: 'CLOSED' },
  { amount: { total: 1, refund: 1, currency: 'CNY' } },
]

/** An answer of WeChat on a wire that changes what it carries. */
export async function alteredAnswer(response: Response, fault: string | null, chance: Chance): Promise<Response> {
  const body = await response.text()
  const headers = Object.fromEntries(response.headers)
  const { 'wechatpay-signature': _, ...unsigned } = headers
  const { status } = response
  const answer = (text: string, others: HeaderValues = headers) =>
    new Response(text === '' ? null : text, { status, headers: others })
  switch (fault) {
    case 'answer cut':
      return answer(body.slice(0, chance.below(Math.max(1, body.length))))
    case 'answer unsigned':
      return answer(body, unsigned)
    case 'answer tampered':
      return answer(body === '' ? '' : JSON.stringify({ ...JSON.parse(body), ...chance.pick(LIES) }))
    case 'answer of another merchant': {
      if (body === '' || status !== 200) return answer(body)
      const other = JSON.stringify({ ...JSON.parse(body), mchid: '1900000999', appid: DEMO_ACCOUNT.appid })
      return body.includes('"mchid"') ? answer(other, signed(headers, other, 0)) : answer(body)
    }
    default:
      return answer(body)
  }
}
