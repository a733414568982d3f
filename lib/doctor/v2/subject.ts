import { writeTime } from '@/lib/wechat/time'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { type Fields, type SignType, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Account, Payment, Refund } from '../control'
import type { Message } from '../message'
import { fakeNumber, newNonce, nonceOf } from '../numbers'

/** What a notification of v2 is made of. */
export type Subject = {
  /** All fields but `sign`, as WeChat would say it. */
  fields: Fields
  apiKey: string
  signType: SignType
  /** Of a refund: what stands in `req_info`. */
  refund: Fields
  /** An address that nobody should fetch. */
  trap: string
}

const CURRENCY = 'CNY'

/** What WeChat would say of a payment, true or not: the recorded set of fields, in the order of their names. */
export function subjectOf(payment: Payment, account: Account, { now, trap }: { now: number; trap: string }): Subject {
  const fee = String(payment.totalFee)
  const fields: Fields = {
    appid: payment.appid,
    ...(payment.attach !== '' && { attach: payment.attach }),
    bank_type: 'OTHERS',
    cash_fee: fee,
    fee_type: CURRENCY,
    is_subscribe: 'N',
    mch_id: payment.mchId,
    nonce_str: nonceOf(payment.outTradeNo),
    openid: payment.openid,
    out_trade_no: payment.outTradeNo,
    result_code: 'SUCCESS',
    return_code: 'SUCCESS',
    ...(payment.signType === 'HMAC-SHA256' && { sign_type: payment.signType }),
    time_end: writeTime(payment.paidAt ?? now),
    total_fee: fee,
    trade_type: payment.tradeType,
    transaction_id: payment.transactionId ?? fakeNumber('42', now),
  }
  return { fields, apiKey: account.apiKey, signType: payment.signType, refund: {}, trap }
}

/** What WeChat would say of a refund. */
export function refundSubjectOf(refund: Refund, payment: Payment, about: Subject): Subject {
  const fee = String(refund.refundFee)
  return {
    ...about,
    refund: {
      out_refund_no: refund.outRefundNo,
      out_trade_no: refund.outTradeNo,
      refund_account: 'REFUND_SOURCE_UNSETTLED_FUNDS',
      refund_fee: fee,
      refund_id: refund.refundId,
      refund_recv_accout: '支付用户零钱',
      refund_request_source: refund.source === 'api' ? 'API' : 'VENDOR_PLATFORM',
      refund_status: 'SUCCESS',
      settlement_refund_fee: fee,
      settlement_total_fee: String(payment.totalFee),
      cash_refund_fee: fee,
      success_time: spacedTime(refund.endedAt ?? 0),
      total_fee: String(payment.totalFee),
      transaction_id: payment.transactionId ?? '',
    },
  }
}

/** Fields, signed as the order was. */
export function signed({ fields, apiKey, signType }: Pick<Subject, 'fields' | 'apiKey' | 'signType'>): Message {
  return written({ ...fields, sign: sign(fields, apiKey, signType) })
}

/** The same, some fields being others. */
export function withFields(subject: Subject, fields: Fields): Message {
  return signed({ ...subject, fields: { ...subject.fields, ...fields } })
}

export function written(fields: Fields): Message {
  return xml(writeXml(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))))
}

export function xml(body: string): Message {
  return { headers: { 'content-type': 'text/xml' }, body }
}

/** A notice of a refund: not signed, but encrypted under the key. */
export function notice({ fields, refund }: Subject, apiKey: string): Message {
  const sealed = encryptReqInfo(
    writeXml(refund, () => false, 'root'),
    apiKey,
  )
  return noticeOf(fields, sealed)
}

export function noticeOf({ appid = '', mch_id: mchId = '' }: Fields, sealed: string): Message {
  const outer = { return_code: 'SUCCESS', appid, mch_id: mchId, nonce_str: newNonce(), req_info: sealed }
  return xml(writeXml(outer, () => false))
}

/** `yyyy-MM-dd HH:mm:ss`, China time. */
function spacedTime(ms: number): string {
  return writeTime(ms).replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6')
}
