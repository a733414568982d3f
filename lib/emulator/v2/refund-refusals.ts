import { REFUNDS_PER_ORDER_MAX, type RefundRefusal } from '../api/refunds'
import type { CallExplanation } from '../explanation'
import type { Refusal } from './call'

type Failure = Extract<Refusal, { type: 'failure' }>
type Line = [code: string, text: string, why: CallExplanation]

const state = (field: string, zh: string, en: string): CallExplanation => ({
  problem: 'state',
  field,
  rule: { zh, en },
})
const fault = (name: string): CallExplanation => ({
  problem: 'fault',
  rule: { zh: `故障 ${name} 发生了`, en: `the fault ${name} happened` },
})

const MISMATCH = '订单金额或退款金额与之前请求不一致，请核实后再试'
const TOO_OFTEN = '频率限制，该笔退款未受理，请降低频率后重试'
const NOT_ENOUGH = '基本账户余额不足，请充值后重新发起'

/** The codes and texts of the documentation and of recordings (refund, error codes). */
const REFUSALS: Record<RefundRefusal, Line> = {
  bad_transaction_id: [
    'INVALID_TRANSACTIONID',
    '无效transaction_id',
    state('transaction_id', 'transaction_id 是 28 位数字', 'transaction_id has 28 digits'),
  ],
  unknown_order: [
    'ORDERNOTEXIST',
    '订单不存在',
    state('out_trade_no', '这个商户要有这笔订单', 'this merchant placed this order, or was paid in this transaction'),
  ],
  not_paid: [
    'ORDERNOTEXIST',
    '订单不存在',
    state('out_trade_no', '只有已支付的订单才能退款', 'only an order that was paid can be refunded'),
  ],
  other_total: [
    'REFUND_FEE_MISMATCH',
    MISMATCH,
    state('total_fee', 'total_fee 是订单的原金额', 'total_fee is what the order was paid with'),
  ],
  other_request: [
    'REFUND_FEE_MISMATCH',
    MISMATCH,
    {
      problem: 'other_request',
      field: 'out_refund_no',
      rule: {
        zh: '同一退款单号再次请求时，订单和金额必须相同',
        en: 'a refund number is sent again for the same order with the same amounts only',
      },
    },
  ],
  overdue: [
    'TRADE_OVERDUE',
    '订单已经超过退款期限',
    state('out_trade_no', '支付后一年内可以退款', 'an order can be refunded within one year after it was paid'),
  ],
  refunded: [
    'ERROR',
    '订单已全额退款',
    state('refund_fee', '这笔订单已没有可退的金额', 'nothing of this order is left to be refunded'),
  ],
  more_than_left: [
    'INVALID_REQUEST',
    'refund_fee大于可退金额',
    state(
      'refund_fee',
      '一笔订单的退款总额不超过支付金额',
      'the refunds of an order together are not more than was paid',
    ),
  ],
  too_many: [
    'INVALID_REQUEST',
    `部分退款次数超过${REFUNDS_PER_ORDER_MAX}次`,
    state(
      'out_refund_no',
      `一笔订单最多部分退款 ${REFUNDS_PER_ORDER_MAX} 次`,
      `an order has at most ${REFUNDS_PER_ORDER_MAX} partial refunds`,
    ),
  ],
  too_soon: [
    'FREQUENCY_LIMITED',
    TOO_OFTEN,
    state('out_trade_no', '同一笔订单的两次退款至少相隔一分钟', 'refunds of one order are at least one minute apart'),
  ],
  too_often: [
    'FREQUENCY_LIMITED',
    TOO_OFTEN,
    state(
      'mch_id',
      '一个商户每秒最多 150 次退款请求，一个月前的订单每分钟最多 5000 次',
      'a merchant sends at most 150 refunds in a second, of orders older than a month 5000 in a minute',
    ),
  ],
  blocked: [
    'INVALID_REQ_TOO_MUCH',
    '无效请求过多',
    state(
      'mch_id',
      '一秒内超过 6 次错误请求的商户，一分钟内不受理',
      'a merchant whose requests were wrong more than 6 times in a second is shut out for a minute',
    ),
  ],
  balance_too_small: [
    'NOTENOUGH',
    NOT_ENOUGH,
    state(
      'refund_fee',
      '退款从商户账户的余额中出，余额不能小于退款金额',
      'a refund is taken from the balance of the merchant, which is too small',
    ),
  ],
  notEnough: ['NOTENOUGH', NOT_ENOUGH, fault('notEnough')],
  needRetry: ['BIZERR_NEED_RETRY', '退款业务流程错误，需要商户触发重试来解决', fault('needRetry')],
  orderNotReady: ['ORDER_NOT_READY', '订单处理中，请稍后重试', fault('orderNotReady')],
  frequencyLimited: ['FREQUENCY_LIMITED', TOO_OFTEN, fault('frequencyLimited')],
  accountAbnormal: ['USER_ACCOUNT_ABNORMAL', '用户账户异常，不能退款', fault('accountAbnormal')],
  noAuth: ['NOAUTH', '没有权限', fault('noAuth')],
  certError: ['CERT_ERROR', '证书校验错误', fault('certError')],
}

export function refusalOfRefund(reason: RefundRefusal): Failure {
  const [code, text, why] = REFUSALS[reason]
  return { type: 'failure', code, text, why }
}

export const BAD_TRANSACTION_ID = refusalOfRefund('bad_transaction_id')

export const NO_REFUND: Failure = {
  type: 'failure',
  code: 'REFUNDNOTEXIST',
  text: '退款订单查询失败',
  why: state('out_refund_no', '这个商户要有这笔退款', 'this merchant has a refund with this number, or of this order'),
}

export const OFFSET_TOO_FAR: Failure = {
  type: 'failure',
  code: 'PARAM_ERROR',
  text: 'offset大于退款总数',
  why: state('offset', 'offset 小于退款总数', 'offset is less than the number of refunds'),
}
