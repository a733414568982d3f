import type { KeyObject } from 'node:crypto'
import type { Verdict } from '@/lib/shop/notification'
import { seal } from '@/lib/wechat/v3/cipher'
import { messageText, sign } from '@/lib/wechat/v3/sign'

/** Who signs, and by what name. */
export type Signer = { serial: string; privateKey: KeyObject }

/** A payment of the scene, as WeChat would tell of it. */
export type Subject = { outTradeNo: string; transactionId: string; amountFen: number }

/** What hostile messages of API v3 are made of. In a shop of it all of this is real. */
export type V3Scene = {
  appid: string
  mchId: string
  v3Key: string
  v2Key: string
  /** Now, in epoch milliseconds. */
  now: () => number
  /** WeChat's. */
  platform: Signer
  /** The shop's own. */
  merchant: Signer
  /** Nobody's that is known. */
  stranger: Signer
  /** Paid at WeChat, and the shop has not heard of it: whatever is believed moves it. */
  held: Subject
  /** Not paid. */
  waiting: Subject
  paid: Subject
  closed: Subject
}

/** A message, what it is called, and what has to become of it. */
export type Row = [name: string, message: (scene: V3Scene) => V3Message, verdict: Verdict]

export type V3Message = { headers: Record<string, string>; body: string | Uint8Array }

export const NONCE = 'q0Yy7lDaTqfYQpT2V1zrb4Yk1Nq9sWc0'

/** Headers over a body, as WeChat signs it; `by` moves the timestamp, in seconds. */
export function headersOf(
  scene: V3Scene,
  body: string | Uint8Array,
  { signer = scene.platform, by = 0, nonce = NONCE }: { signer?: Signer; by?: number; nonce?: string } = {},
): Record<string, string> {
  const now = scene.now() / 1_000
  const timestamp = String((by > 0 ? Math.ceil(now) : Math.floor(now)) + by)
  return {
    'content-type': 'application/json',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': signer.serial,
    'wechatpay-signature': sign(messageText({ timestamp, nonce, body }), signer.privateKey),
  }
}

export function signed(scene: V3Scene, body: string | Uint8Array, how?: Parameters<typeof headersOf>[2]): V3Message {
  return { headers: headersOf(scene, body, how), body }
}

/** What is sealed in a notification of a payment. */
export function paidContent(scene: V3Scene, subject: Subject): Record<string, unknown> {
  return {
    mchid: scene.mchId,
    appid: scene.appid,
    out_trade_no: subject.outTradeNo,
    transaction_id: subject.transactionId,
    trade_type: 'NATIVE',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    attach: '',
    success_time: '2026-01-05T12:00:01+08:00',
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: {
      total: subject.amountFen,
      payer_total: subject.amountFen,
      currency: 'CNY',
      payer_currency: 'CNY',
    },
  }
}

/** What is sealed in a notification of a refund that this shop never made. */
export function refundContent(scene: V3Scene, subject: Subject): Record<string, unknown> {
  return {
    mchid: scene.mchId,
    out_trade_no: subject.outTradeNo,
    transaction_id: subject.transactionId,
    out_refund_no: 'R-of-nobody',
    refund_id: '50300000000000000000000000001',
    refund_status: 'SUCCESS',
    success_time: '2026-01-05T12:30:01+08:00',
    user_received_account: '支付用户零钱',
    amount: { total: subject.amountFen, refund: 1, payer_total: subject.amountFen, payer_refund: 1 },
  }
}

export type Changes = {
  event?: string
  key?: string
  /** Instead of what belongs into the sealed part, at the outside and at the sealing. */
  nonce?: string
  associatedData?: string
  outer?: Record<string, unknown>
  resource?: Record<string, unknown>
}

/** A notification with anything sealed in it. A value that is undefined is left out. */
export function notification(scene: V3Scene, plain: unknown, changes: Changes = {}): string {
  const {
    event = 'TRANSACTION.SUCCESS',
    key = scene.v3Key,
    nonce = 'Q6cVyE1JiO2K',
    outer = {},
    resource = {},
  } = changes
  const kind = event.startsWith('REFUND') ? 'refund' : 'transaction'
  const { associatedData = kind } = changes
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain)
  const sealed = seal(text, { nonce, associatedData }, key)
  return JSON.stringify({
    id: 'b9b0e3a2-3c6e-5f2a-9d1b-000000000001',
    create_time: '2026-01-05T12:00:02+08:00',
    resource_type: 'encrypt-resource',
    event_type: event,
    summary: '支付成功',
    resource: {
      original_type: kind,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed.ciphertext,
      associated_data: associatedData,
      nonce,
      ...resource,
    },
    ...outer,
  })
}

/** A genuine notification of a payment that is known: nothing is left to be moved. */
export function known(scene: V3Scene, changes: Changes = {}): string {
  return notification(scene, paidContent(scene, scene.paid), changes)
}

/** A row whose body is signed by WeChat as it is. */
export function malformed(
  name: string,
  body: (scene: V3Scene) => string | Uint8Array,
  verdict: Verdict = 'malformed',
): Row {
  return [name, (scene) => signed(scene, body(scene)), verdict]
}
