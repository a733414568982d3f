import { REFUNDS_PER_ORDER_MAX, type RefundRefusal } from '../api/refunds'
import type { CallExplanation } from '../explanation'
import { faultMet, type Refusal, refuse, state } from './call'

type Line = [status: number, code: string, message: string, why: CallExplanation]

const MISMATCH = '订单金额或退款金额与之前请求不一致，请核实后再试'
const TOO_OFTEN = '频率限制，该笔退款未受理，请降低频率后重试'
const NO_SUCH_ORDER = '订单不存在'
const NOT_ENOUGH = '基本账户余额不足，请充值后重新发起'

/**
 * Codes and statuses of the documentation (refund, error codes). No page gives a status to `REFUND_FEE_MISMATCH` and
 * `TRADE_OVERDUE`, which common questions name alone: 400 is a choice, as for other requests that cannot ever succeed.
 */
const REFUSALS: Record<RefundRefusal, Line> = {
  bad_transaction_id: [
    400,
    'PARAM_ERROR',
    '无效的微信支付订单号',
    state('transaction_id', { zh: 'transaction_id 是 28 位数字', en: 'transaction_id has 28 digits' }),
  ],
  unknown_order: [
    404,
    'RESOURCE_NOT_EXISTS',
    NO_SUCH_ORDER,
    state('out_trade_no', {
      zh: '这个商户要有这笔订单',
      en: 'this merchant placed this order, or was paid in this transaction',
    }),
  ],
  not_paid: [
    404,
    'RESOURCE_NOT_EXISTS',
    NO_SUCH_ORDER,
    state('out_trade_no', { zh: '只有已支付的订单才能退款', en: 'only an order that was paid can be refunded' }),
  ],
  other_total: [
    400,
    'REFUND_FEE_MISMATCH',
    MISMATCH,
    state('/amount/total', { zh: 'amount.total 是订单的原金额', en: 'amount.total is what the order was paid with' }),
  ],
  other_request: [
    400,
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
    400,
    'TRADE_OVERDUE',
    '订单已经超过退款期限',
    state('out_trade_no', {
      zh: '支付后一年内可以退款',
      en: 'an order can be refunded within one year after it was paid',
    }),
  ],
  refunded: [
    400,
    'INVALID_REQUEST',
    '订单已全额退款',
    state('/amount/refund', { zh: '这笔订单已没有可退的金额', en: 'nothing of this order is left to be refunded' }),
  ],
  more_than_left: [
    400,
    'INVALID_REQUEST',
    '退款金额大于可退金额',
    state('/amount/refund', {
      zh: '一笔订单的退款总额不超过支付金额',
      en: 'the refunds of an order together are not more than was paid',
    }),
  ],
  too_many: [
    400,
    'INVALID_REQUEST',
    `部分退款次数超过${REFUNDS_PER_ORDER_MAX}次`,
    state('out_refund_no', {
      zh: `一笔订单最多部分退款 ${REFUNDS_PER_ORDER_MAX} 次`,
      en: `an order has at most ${REFUNDS_PER_ORDER_MAX} partial refunds`,
    }),
  ],
  too_soon: [
    429,
    'FREQUENCY_LIMITED',
    TOO_OFTEN,
    state('out_trade_no', {
      zh: '同一笔订单的两次退款至少相隔一分钟',
      en: 'refunds of one order are at least one minute apart',
    }),
  ],
  too_often: [
    429,
    'FREQUENCY_LIMITED',
    TOO_OFTEN,
    state('mchid', {
      zh: '一个商户每秒最多 150 次退款请求，一个月前的订单每分钟最多 5000 次',
      en: 'a merchant sends at most 150 refunds in a second, of orders older than a month 5000 in a minute',
    }),
  ],
  blocked: [
    429,
    'FREQUENCY_LIMITED',
    '无效请求过多',
    state('mchid', {
      zh: '一秒内超过 6 次错误请求的商户，一分钟内不受理',
      en: 'a merchant whose requests were wrong more than 6 times in a second is shut out for a minute',
    }),
  ],
  balance_too_small: [
    403,
    'NOT_ENOUGH',
    NOT_ENOUGH,
    state('/amount/refund', {
      zh: '退款从商户账户的余额中出，余额不能小于退款金额',
      en: 'a refund is taken from the balance of the merchant, which is too small',
    }),
  ],
  notEnough: [403, 'NOT_ENOUGH', NOT_ENOUGH, faultMet('notEnough')],
  // What v2 says with codes of their own is one system error here: the same request again.
  needRetry: [500, 'SYSTEM_ERROR', '系统超时，请使用相同参数再次调用', faultMet('needRetry')],
  orderNotReady: [500, 'SYSTEM_ERROR', '订单处理中，请稍后重试', faultMet('orderNotReady')],
  frequencyLimited: [429, 'FREQUENCY_LIMITED', TOO_OFTEN, faultMet('frequencyLimited')],
  accountAbnormal: [403, 'USER_ACCOUNT_ABNORMAL', '用户账户异常，不能退款', faultMet('accountAbnormal')],
  noAuth: [403, 'NO_AUTH', '没有退款权限', faultMet('noAuth')],
  // No call of v3 needs the TLS certificate, so what stands for it is the signature.
  certError: [401, 'SIGN_ERROR', '签名错误', faultMet('certError')],
}

export function refusalOfRefund(reason: RefundRefusal): Refusal {
  return refuse(...REFUSALS[reason])
}

export const UNKNOWN_REFUND = refuse(
  404,
  'RESOURCE_NOT_EXISTS',
  '退款单不存在',
  state('out_refund_no', { zh: '这个商户要有这笔退款', en: 'this merchant has a refund with this number' }),
)
