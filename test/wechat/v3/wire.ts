import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { GatewayCall } from '@/lib/shop/gateway'
import type { ReceivedMessage } from '@/lib/shop/notification'
import type { MerchantAccount } from '@/lib/wechat/v3/call'
import { seal } from '@/lib/wechat/v3/cipher'
import { openV3 } from '@/lib/wechat/v3/gateway'
import { openKeys } from '@/lib/wechat/v3/keys'
import { isSignedWith, messageText, requestText, sign } from '@/lib/wechat/v3/sign'

/* WeChat's side of API v3 for tests: it signs and seals with keys that only examples have. */

type Pair = { private_key_pem: string; public_key_pem: string; serial_no: string }
const { keys: pairs }: { keys: Record<string, Pair> } = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
)
const pairOf = (name: string): Pair => {
  const pair = pairs[name]
  if (pair === undefined) throw new Error(`no key ${name}`)
  return pair
}

const MERCHANT = pairOf('merchant_visible')
const PLATFORM = pairOf('platform_visible')
const OWN = pairOf('wxpubkey_visible')

export const NOW = Date.UTC(2026, 2, 1, 2, 15, 30)
export const V3_KEY = 'DemoShopV3ApiKey0123456789abcdef'
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000001092026030100000000000001'

export const ACCOUNT: MerchantAccount = {
  appid: 'wxdemo0000000000a1',
  mchId: '1900000109',
  v3Key: V3_KEY,
  serial: MERCHANT.serial_no,
  privateKey: createPrivateKey(MERCHANT.private_key_pem),
  publicKeyId: PUBLIC_KEY_ID,
}

const MERCHANT_KEY = createPublicKey(MERCHANT.public_key_pem)

/** With what WeChat signs here. */
export const SIGNERS = {
  publicKey: {
    serial: PUBLIC_KEY_ID,
    privateKey: createPrivateKey(OWN.private_key_pem),
    key: createPublicKey(OWN.public_key_pem),
  },
  certificate: {
    serial: PLATFORM.serial_no,
    privateKey: createPrivateKey(PLATFORM.private_key_pem),
    key: createPublicKey(PLATFORM.public_key_pem),
  },
} as const
type Signer = Pick<(typeof SIGNERS)[keyof typeof SIGNERS], 'serial' | 'privateKey'>

/** The shop's keys: the public key is here, and a download brings the certificate. */
export function heldKeys(download = async () => [{ ...SIGNERS.certificate, startsAt: 0, endsAt: NOW * 2 }]) {
  return openKeys({ publicKey: { id: PUBLIC_KEY_ID, key: SIGNERS.publicKey.key }, download, now: () => NOW })
}

/** The headers with which WeChat signs a body. */
export function signedHeaders(body: string, signer: Signer = SIGNERS.publicKey, at = NOW): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000))
  const nonce = 'nEyWJ2t0Q9bLk7sPz5uXfD3gHcVaRm1V'
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': signer.serial,
    'wechatpay-signature': sign(messageText({ timestamp, nonce, body }), signer.privateKey),
  }
}

export const PAID = {
  mchid: ACCOUNT.mchId,
  appid: ACCOUNT.appid,
  out_trade_no: '20260301101500n1',
  transaction_id: '4200002026202603011234567890',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: '2026-03-01T10:15:30+08:00',
  payer: { openid: 'oDemo_0penId-AbCdEfGhIjKlMnOp' },
  amount: { total: 8_800, payer_total: 8_000, currency: 'CNY', payer_currency: 'CNY' },
}

/** A notification's body: `plain` sealed as WeChat does. */
export function notificationBody(
  plain: object | string,
  {
    type = 'TRANSACTION.SUCCESS',
    key = V3_KEY,
    resource = {},
  }: { type?: string; key?: string; resource?: object } = {},
): string {
  const associatedData = type.startsWith('REFUND') ? 'refund' : 'transaction'
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain)
  const { nonce, ciphertext } = seal(text, { nonce: 'fdasflkja484', associatedData }, key)
  return JSON.stringify({
    id: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    create_time: '2026-03-01T10:15:31+08:00',
    resource_type: 'encrypt-resource',
    event_type: type,
    summary: '支付成功',
    resource: {
      original_type: associatedData,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext,
      associated_data: associatedData,
      nonce,
      ...resource,
    },
  })
}

export function messageOf(body: string | Uint8Array, headers: Record<string, string>): ReceivedMessage {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return { apiVersion: 'v3', remoteAddress: '203.0.113.1', headers, body: bytes, receivedAt: NOW }
}

type Asked = { method: string; target: string; body: string; headers: Headers }
type Answering = (asked: Asked, count: number) => Response | Promise<Response>

/** A gateway to a WeChat that answers as a test says; a request that is not signed rightly is a mistake of the test's subject. */
export function openWire(answer: Answering, options: Partial<Parameters<typeof openV3>[0]> = {}) {
  const requests: Asked[] = []
  const calls: GatewayCall[] = []
  const { api: gateway, keys } = openV3({
    account: ACCOUNT,
    publicKey: SIGNERS.publicKey.key,
    notifyUrl: 'https://shop.example.com/api/wechat/notify/v3',
    shopName: '演示商店',
    apiBase: 'https://api.mch.weixin.qq.com',
    now: () => NOW,
    newNonce: () => '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
    onCall: async (call) => void calls.push(call),
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      const { method, headers } = request
      const asked = { method, target: `${pathname}${search}`, body: await request.text(), headers }
      expectSigned(asked)
      requests.push(asked)
      return answer(asked, requests.length)
    },
    ...options,
  })
  return { gateway, keys, requests, calls }
}

function expectSigned({ headers, ...asked }: Asked): void {
  const authorization = headers.get('authorization') ?? ''
  const [, mchId, nonce = '', signature = '', timestamp = '', serial] =
    /^WECHATPAY2-SHA256-RSA2048 mchid="(.+)",nonce_str="(.+)",signature="(.+)",timestamp="(.+)",serial_no="(.+)"$/.exec(
      authorization,
    ) ?? []
  const isRight = isSignedWith(requestText({ ...asked, nonce, timestamp }), signature, MERCHANT_KEY)
  if (!isRight || mchId !== ACCOUNT.mchId || serial !== ACCOUNT.serial) throw new Error(`not signed: ${authorization}`)
  if (headers.get('user-agent') === null || headers.get('accept') !== 'application/json') throw new Error('headers')
}

/** WeChat's answer with its signature. */
export function signedAnswer(json: object | null, status = 200, signer?: Signer, at = NOW): Response {
  const body = json === null ? '' : JSON.stringify(json)
  return new Response(status === 204 ? null : body, { status, headers: signedHeaders(body, signer, at) })
}

/** A refusal, which carries no signature. */
export const refusal = (status: number, code: string) =>
  new Response(JSON.stringify({ code, message: '…' }), { status, headers: { 'content-type': 'application/json' } })
