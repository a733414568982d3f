import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { EmulatorOptions } from '@/lib/emulator/emulator'
import { open } from '@/lib/wechat/v3/cipher'
import { isSignedWith, messageText, requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { appid, mchId, openWeChat } from './wechat'

type Json = Record<string, unknown>

/** How a call differs from a right one. */
type Changes = {
  /** Headers besides the usual ones; null leaves one out. */
  headers?: Record<string, string | null>
  /** The text that is signed, when it is not that of the request. */
  signedTarget?: string
  signedBody?: string
  /** Seconds that the timestamp is off. */
  offBySeconds?: number
  timestamp?: string
  serial?: string
  mchId?: string
  key?: KeyObject
  /** What becomes of the Authorization header on its way. */
  authorization?: (header: string) => string
}

type Answer = { status: number; headers: Headers; text: string; body: Json }

const BASE = 'http://127.0.0.1:4000'
const merchantKey = createPrivateKey(DEMO_KEYS.merchant.privateKey)

/** By serial number, what verifies answers and notifications. */
const VERIFIERS = new Map<string, KeyObject>([
  [DEMO_KEYS.wechat.publicKeyId, createPublicKey(DEMO_KEYS.wechat.publicKey)],
  [DEMO_KEYS.platform.serial, new X509Certificate(DEMO_KEYS.platform.certificate).publicKey],
])

/** An emulator as `openWeChat` gives, and a merchant of v3. */
export function openV3(options: Partial<EmulatorOptions> = {}) {
  const wechat = openWeChat(options)
  let calls = 0

  async function call(method: string, path: string, body?: Json | string, changes: Changes = {}): Promise<Answer> {
    calls += 1
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const timestamp = changes.timestamp ?? String(Math.floor(wechat.now() / 1_000) + (changes.offBySeconds ?? 0))
    const signed = { method, target: changes.signedTarget ?? path, timestamp, nonce: `nonce${calls}` }
    const signature = sign(requestText({ ...signed, body: changes.signedBody ?? text }), changes.key ?? merchantKey)
    const { serial = DEMO_KEYS.merchant.serial } = changes
    const who = { mchId: changes.mchId ?? mchId, serial, nonce: signed.nonce }
    const { authorization = (it) => it } = changes
    const headers = new Headers({
      accept: 'application/json',
      'user-agent': 'test',
      'content-type': 'application/json',
      authorization: authorization(writeAuthorization({ ...who, timestamp, signature })),
    })
    for (const [name, value] of Object.entries(changes.headers ?? {})) {
      if (value === null) headers.delete(name)
      else headers.set(name, value)
    }
    const init = { method, headers, ...(text !== '' && { body: text }) }
    const response = await wechat.emulator.fetch(new Request(BASE + path, init))
    const answered = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text: answered,
      body: answered.startsWith('{') ? JSON.parse(answered) : {},
    }
  }

  return Object.assign(wechat, {
    callV3: call,
    placeV3: (changes: Json = {}, kind = 'native') => call('POST', `/v3/pay/transactions/${kind}`, orderV3(changes)),
    queryV3: (outTradeNo: string) => call('GET', `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchId}`),
    closeV3: (outTradeNo: string) => {
      return call('POST', `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`, { mchid: mchId })
    },
    refundV3: (changes: Json = {}) => call('POST', '/v3/refund/domestic/refunds', refundV3(changes)),
    queryRefundV3: (outRefundNo: string) => call('GET', `/v3/refund/domestic/refunds/${outRefundNo}`),
  })
}

/** A complete native order; what the test names replaces it, and undefined leaves a field out. */
export function orderV3(changes: Json = {}): Json {
  return {
    appid,
    mchid: mchId,
    description: '龙井茶',
    out_trade_no: 'T20260105-0001',
    notify_url: 'http://127.0.0.1:3000/api/wechat/notify/v3',
    amount: { total: 8800, currency: 'CNY' },
    ...changes,
  }
}

/** A complete refund of the order above. */
function refundV3(changes: Json = {}): Json {
  return {
    out_trade_no: 'T20260105-0001',
    out_refund_no: 'R20260105-0001',
    notify_url: 'http://127.0.0.1:3000/api/wechat/notify/v3',
    amount: { refund: 8800, total: 8800, currency: 'CNY' },
    ...changes,
  }
}

/** Whether the headers of an answer or a notification verify its body, as a merchant looks. */
export function isVerified(headers: Headers, text: string): boolean {
  const header = (name: string) => headers.get(`wechatpay-${name}`) ?? ''
  const key = VERIFIERS.get(header('serial'))
  const message = messageText({ timestamp: header('timestamp'), nonce: header('nonce'), body: text })
  return key !== undefined && isSignedWith(message, header('signature'), key)
}

/** What stands in a notification's resource; null when it does not open. */
export function readResource(text: string): Json | null {
  const { resource } = JSON.parse(text)
  const { nonce, associated_data: associatedData, ciphertext } = resource
  const opened = open({ nonce, associatedData, ciphertext }, DEMO_KEYS.v3Key)
  return opened && JSON.parse(Buffer.from(opened).toString())
}
