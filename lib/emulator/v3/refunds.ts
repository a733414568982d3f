import { constants, type KeyObject, privateDecrypt } from 'node:crypto'
import { findRefunds, type RefundRequest, requestRefund, settleAbnormal } from '../api/refunds'
import type { WeChat } from '../wechat'
import {
  type AuthenticCall,
  type EndpointAnswer,
  faultMet,
  numberAt,
  type Refusal,
  refuse,
  state,
  textAt,
} from './call'
import { refundBody } from './refund-body'
import { refusalOfRefund, UNKNOWN_REFUND } from './refund-refusals'
import { refuseField } from './rules'

const ONE = { offset: 0, limit: 1 }

/** `POST /v3/refund/domestic/refunds`: success means that it was accepted, and no more. */
export function refund(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const { body, chances } = call
  if (textAt(body, 'transaction_id') === '' && textAt(body, 'out_trade_no') === '') return NO_ORDER
  if (numberAt(body, 'amount', 'refund') > numberAt(body, 'amount', 'total')) return TOO_MUCH
  const requested = requestRefund(wechat, readRefund(call), chances)
  if (!requested.ok) return refusalOfRefund(requested.reason)
  // 429 may mean that it is being accepted all the same: who takes another number then refunds twice.
  if (chances.has('limitedButAccepted')) return LIMITED
  return { type: 'success', body: refundBody(requested.refund, requested.trade), refund: requested.refund }
}

/** `GET /v3/refund/domestic/refunds/{out_refund_no}` */
export function queryRefund(wechat: WeChat, { mchId, path }: AuthenticCall): EndpointAnswer {
  const found = findRefunds(wechat, mchId, { outRefundNo: path.out_refund_no ?? '' }, ONE)
  const [first] = found?.refunds ?? []
  if (found === null || first === undefined) return UNKNOWN_REFUND
  return { type: 'success', body: refundBody(first, found.trade) }
}

/** `POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund` */
export function applyAbnormalRefund(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const { mchId, path, body } = call
  const found = findRefunds(wechat, mchId, { refundId: path.refund_id ?? '' }, ONE)
  const [first] = found?.refunds ?? []
  if (found === null || first?.outRefundNo !== textAt(body, 'out_refund_no')) return UNKNOWN_REFUND
  if (textAt(body, 'type') === 'USER_BANK_CARD') {
    const refusal = checkCard(call)
    if (refusal !== null) return refusal
  }
  const settled = settleAbnormal(wechat, first)
  if (settled === null) return NOT_ABNORMAL
  return { type: 'success', body: refundBody(settled, found.trade), refund: settled }
}

/** A buyer's card is named in full, its owner and number encrypted for the key that `Wechatpay-Serial` names. */
function checkCard({ body, headers, keys }: AuthenticCall): Refusal | null {
  const bank = textAt(body, 'bank_type')
  if (bank === '') return refuseField('/bank_type', '开户银行', bank, CARD)
  const serial = headers.get('wechatpay-serial') ?? ''
  const signer = [keys.publicKey, ...keys.platform].find((it) => it.serial === serial)
  for (const [name, label] of [
    ['bank_account', '收款银行卡号'],
    ['real_name', '收款用户姓名'],
  ] as const) {
    const value = textAt(body, name)
    const isOpen = signer !== undefined && opens(value, signer.key)
    if (!isOpen) return refuseField(`/${name}`, label, value, ENCRYPTED)
  }
  return null
}

/** RSA-OAEP with SHA-1, as guides and official code have it; one FAQ says SHA-256 (sensitive fields). */
function opens(value: string, key: KeyObject): boolean {
  try {
    const how = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
    return privateDecrypt(how, Buffer.from(value, 'base64')).byteLength > 0
  } catch {
    return false
  }
}

function readRefund({ mchId, body }: AuthenticCall): RefundRequest {
  const [transactionId, notifyUrl] = [textAt(body, 'transaction_id'), textAt(body, 'notify_url')]
  return {
    mchId,
    order: transactionId === '' ? { outTradeNo: textAt(body, 'out_trade_no') } : { transactionId },
    outRefundNo: textAt(body, 'out_refund_no'),
    apiVersion: 'v3',
    totalFee: numberAt(body, 'amount', 'total'),
    refundFee: numberAt(body, 'amount', 'refund'),
    funds: textAt(body, 'funds_account') === 'AVAILABLE' ? 'recharge' : 'unsettled',
    description: textAt(body, 'reason'),
    notifyUrl: notifyUrl === '' ? null : notifyUrl,
  }
}

const NO_ORDER = refuse(400, 'PARAM_ERROR', 'transaction_id 和 out_trade_no 必须二选一', {
  problem: 'missing',
  field: '/out_trade_no',
  rule: { zh: 'transaction_id 和 out_trade_no 要有一个', en: 'either transaction_id or out_trade_no has to be there' },
})
const TOO_MUCH = refuse(400, 'PARAM_ERROR', '退款金额大于订单金额', {
  problem: 'invalid',
  field: '/amount/refund',
  rule: { zh: 'amount.refund 不大于 amount.total', en: 'amount.refund is not more than amount.total' },
})
const LIMITED = refuse(429, 'FREQUENCY_LIMITED', '频率超限', faultMet('limitedButAccepted'))
const NOT_ABNORMAL = refuse(
  400,
  'INVALID_REQUEST',
  '退款单状态不是退款异常',
  state('refund_id', {
    zh: '只有退款异常（ABNORMAL）的退款能这样处理',
    en: 'only a refund that is ABNORMAL is settled so',
  }),
)
const CARD = {
  zh: '退到用户银行卡要写 bank_type、bank_account 和 real_name',
  en: "a refund to the buyer's card names bank_type, bank_account and real_name",
}
const ENCRYPTED = {
  zh: '敏感字段用 Wechatpay-Serial 指明的密钥做 RSA-OAEP（SHA-1）加密，再做 Base64',
  en: 'a sensitive field is, in Base64, encrypted by RSA-OAEP with SHA-1 for the key that Wechatpay-Serial names',
}
