import { writeOffsetTime } from '@/lib/wechat/time'
import { seal } from '@/lib/wechat/v3/cipher'
import type { Account, Control, Payment, Refund } from '../control'
import type { Message } from '../message'
import { fakeNumber, newNonce, nonceOf } from '../numbers'

type Json = Record<string, unknown>

/** What a notification of v3 is made of. */
export type Subject = {
  event: string
  kind: 'transaction' | 'refund'
  /** What stands in the encrypted part. */
  content: Json
  /** Further fields of the outer part. */
  extra: Json
  id: string
  createdAt: number
  v3Key: string
  /** WeChat's own signature of a body; the emulator makes it. */
  sign: (body: string, ageSeconds?: number) => Promise<Record<string, string>>
}

type Tools = { now: number; sign: Control['sign'] }

/** What WeChat would say of a payment, true or not. */
export function subjectOf(payment: Payment, account: Account, { now, sign }: Tools): Subject {
  const createdAt = payment.paidAt ?? now
  return {
    event: 'TRANSACTION.SUCCESS',
    kind: 'transaction',
    content: {
      appid: payment.appid,
      mchid: payment.mchId,
      out_trade_no: payment.outTradeNo,
      transaction_id: payment.transactionId ?? fakeNumber('42', now),
      trade_type: payment.tradeType,
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      ...(payment.attach !== '' && { attach: payment.attach }),
      success_time: writeOffsetTime(createdAt),
      payer: { openid: payment.openid },
      amount: amountOf(payment.totalFee),
    },
    extra: {},
    id: uuidOf(nonceOf(payment.outTradeNo)),
    createdAt,
    v3Key: account.v3Key,
    sign: (body, ageSeconds) => sign(payment.mchId, body, ageSeconds),
  }
}

/** What WeChat would say of a refund. */
export function refundSubjectOf(refund: Refund, payment: Payment, about: Subject): Subject {
  return {
    ...about,
    event: 'REFUND.SUCCESS',
    kind: 'refund',
    id: uuidOf(nonceOf(refund.outRefundNo)),
    createdAt: refund.endedAt ?? about.createdAt,
    content: {
      mchid: payment.mchId,
      out_trade_no: payment.outTradeNo,
      transaction_id: payment.transactionId,
      out_refund_no: refund.outRefundNo,
      refund_id: refund.refundId,
      refund_status: 'SUCCESS',
      success_time: writeOffsetTime(refund.endedAt ?? about.createdAt),
      user_received_account: '支付用户零钱',
      amount: {
        total: payment.totalFee,
        refund: refund.refundFee,
        payer_total: payment.totalFee,
        payer_refund: refund.refundFee,
      },
    },
  }
}

export function amountOf(total: number, payerTotal = total): Json {
  return { total, payer_total: payerTotal, currency: 'CNY', payer_currency: 'CNY' }
}

/** The body of a notification. `change`: what becomes of the encrypted part. */
export function bodyOf(subject: Subject, change: (ciphertext: string) => string = (it) => it): string {
  const { kind, content, v3Key } = subject
  const sealing = { nonce: newNonce().slice(0, 12), associatedData: kind }
  const { nonce, associatedData, ciphertext } = seal(JSON.stringify(content), sealing, v3Key)
  return JSON.stringify({
    id: subject.id,
    create_time: writeOffsetTime(subject.createdAt),
    resource_type: 'encrypt-resource',
    event_type: subject.event,
    summary: kind === 'refund' ? '退款成功' : '支付成功',
    ...subject.extra,
    resource: {
      original_type: kind,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: change(ciphertext),
      associated_data: associatedData,
      nonce,
    },
  })
}

/** A body with the headers that it is signed by. `change`: what becomes of them. */
export async function signed(
  subject: Subject,
  body: string,
  { ageSeconds = 0, change = (it) => it }: { ageSeconds?: number; change?: (headers: Headers) => Headers } = {},
): Promise<Message> {
  return { headers: { ...POST, ...change(await subject.sign(body, ageSeconds)) }, body }
}
type Headers = Record<string, string>

export const genuine = (subject: Subject): Promise<Message> => signed(subject, bodyOf(subject))

/** The same, some of its content being other. */
export function withContent(subject: Subject, content: Json): Promise<Message> {
  return genuine({ ...subject, content: { ...subject.content, ...content } })
}

const POST = { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'Mozilla/4.0', pragma: 'no-cache' }

export function unsigned(body: string): Message {
  return { headers: POST, body }
}

/** 36 characters in the form of a UUID, as recorded notifications have. */
function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
