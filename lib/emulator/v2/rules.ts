import type { Fields } from '@/lib/wechat/v2/sign'
import type { CallWarning, Sentence } from '../explanation'
import { TRADE_TYPES, type TradeType } from '../ledger/schema'
import type { Refusal } from './call'
import {
  ADDRESS,
  COUNT,
  DAY,
  FEN,
  NOTIFY_URL,
  NUMBER,
  oneOf,
  PART_OF_TOTAL,
  REFUND_NUMBER,
  SCENE,
  SIGN_TYPE,
  TIME,
  type ValueFormat,
} from './value-formats'

/**
 * When a field must be there: always, never, for one trade type, or if another field is not. `documented` fields must be
 * there for a trade type by the documentation, and the service was seen to do without.
 */
type Required = 'yes' | 'no' | TradeType | { without: string[] } | { documented: TradeType }
/** One line of a parameter table of the documentation: name, when it must be there, most characters, format. */
export type Rule = [name: string, required: Required, lengthMax: number, format?: ValueFormat]

type Violation = { name: string; problem: 'missing' | 'too_long' | 'invalid'; rule: Sentence }

/** Compares fields with a table, line by line; fields that the table does not know are let through. */
export function findViolation(rules: Rule[], fields: Fields): Violation | null {
  for (const [name, required, lengthMax, format] of rules) {
    const value = fields[name] ?? ''
    const isMissing = value === '' && isRequired(required, fields)
    if (isMissing) return { name, problem: 'missing', rule: requirement(name, required) }
    if (value.length > lengthMax) return { name, problem: 'too_long', rule: limitOf(name, lengthMax, value) }
    if (value !== '' && format !== undefined && !format.fits(value, fields)) {
      return { name, problem: 'invalid', rule: shapeOf(name, format) }
    }
  }
  return null
}

/** What the service accepts although its documentation asks for something else. */
export function findWarnings(rules: Rule[], fields: Fields): CallWarning[] {
  return rules.flatMap(([name, required, , format]) => {
    const value = fields[name] ?? ''
    if (value === '') return isDocumented(required, fields) ? [{ field: name, rule: requirement(name, required) }] : []
    const rule = format?.doubt?.(value, fields) ?? null
    return rule === null ? [] : [{ field: name, rule }]
  })
}

/** Refuses a call that breaks the table, in the service's recorded texts. */
export function refusalOf({ name, problem, rule }: Violation): Refusal {
  const why = { problem, field: name, rule }
  switch (problem) {
    case 'missing':
      return { type: 'rejection', text: name === 'openid' ? 'JSAPI支付必须传openid' : '缺少参数', why }
    case 'too_long':
      return { type: 'rejection', text: `${name}参数长度有误`, why }
    case 'invalid':
      return { type: 'rejection', text: `invalid ${name}`, why }
  }
}

function isRequired(required: Required, fields: Fields): boolean {
  if (typeof required === 'object') return 'without' in required && required.without.every((it) => !fields[it])
  return required === 'yes' || required === fields.trade_type
}

function isDocumented(required: Required, fields: Fields): boolean {
  return typeof required === 'object' && 'documented' in required && required.documented === fields.trade_type
}

function requirement(name: string, required: Required): Sentence {
  if (typeof required === 'object' && 'without' in required) {
    const [zh, en] = [required.without.join('、'), required.without.join(' and ')]
    return {
      zh: `没有 ${zh} 时必须有 ${name}`,
      en: `${name} has to be there if ${en} ${required.without.length > 1 ? 'are' : 'is'} not`,
    }
  }
  if (required === 'yes') return { zh: `必须有 ${name}`, en: `${name} has to be there` }
  const tradeType = typeof required === 'object' ? required.documented : required
  return {
    zh: `trade_type 为 ${tradeType} 时必须有 ${name}`,
    en: `${name} has to be there with trade_type ${tradeType}`,
  }
}

function limitOf(name: string, lengthMax: number, { length }: string): Sentence {
  return {
    zh: `${name} 最多 ${lengthMax} 个字符，这里有 ${length} 个`,
    en: `${name} has at most ${lengthMax} characters, not ${length}`,
  }
}

export function shapeOf(name: string, { is }: ValueFormat): Sentence {
  return { zh: `${name} 应是${is.zh}`, en: `${name} is ${is.en}` }
}

const COMMON: Rule[] = [
  ['appid', 'yes', 32],
  ['mch_id', 'yes', 32],
  ['nonce_str', 'yes', 32],
  ['sign', 'yes', 64],
  ['sign_type', 'no', 32, SIGN_TYPE],
]

// Where the pages of the documentation differ, the newest counts: 127 for body, 6144 for detail, 6 to 32 for numbers.
export const UNIFIEDORDER: Rule[] = [
  ...COMMON,
  ['trade_type', 'yes', 16, oneOf(...TRADE_TYPES)],
  ['version', 'no', 32, oneOf('1.0')],
  ['device_info', 'no', 32],
  ['body', 'yes', 127],
  ['detail', 'no', 6144],
  ['attach', 'no', 127],
  ['out_trade_no', 'yes', 32, NUMBER],
  ['fee_type', 'no', 16, oneOf('CNY')],
  ['total_fee', 'yes', 10, FEN],
  ['spbill_create_ip', 'yes', 64, ADDRESS],
  ['time_start', 'no', 14, TIME],
  ['time_expire', 'no', 14, TIME],
  ['goods_tag', 'no', 32],
  ['notify_url', 'yes', 256, NOTIFY_URL],
  // Orders without these two were placed at the real service in 2020 to 2022.
  ['product_id', { documented: 'NATIVE' }, 32],
  ['openid', 'JSAPI', 128],
  ['scene_info', { documented: 'MWEB' }, 256, SCENE],
  ['limit_pay', 'no', 32, oneOf('no_credit')],
  ['receipt', 'no', 8, oneOf('Y')],
  ['profit_sharing', 'no', 16, oneOf('Y', 'N')],
]

export const ORDERQUERY: Rule[] = [
  ...COMMON,
  ['transaction_id', 'no', 32],
  ['out_trade_no', { without: ['transaction_id'] }, 32],
]

export const CLOSEORDER: Rule[] = [...COMMON, ['out_trade_no', 'yes', 32]]

export const REFUND: Rule[] = [
  ...COMMON,
  ['transaction_id', 'no', 32],
  ['out_trade_no', { without: ['transaction_id'] }, 32],
  ['out_refund_no', 'yes', 64, REFUND_NUMBER],
  ['total_fee', 'yes', 10, FEN],
  ['refund_fee', 'yes', 10, PART_OF_TOTAL],
  ['refund_fee_type', 'no', 8, oneOf('CNY')],
  ['refund_desc', 'no', 80],
  ['refund_account', 'no', 30, oneOf('REFUND_SOURCE_UNSETTLED_FUNDS', 'REFUND_SOURCE_RECHARGE_FUNDS')],
  ['notify_url', 'no', 256, NOTIFY_URL],
]

export const REFUNDQUERY: Rule[] = [
  ...COMMON,
  ['refund_id', 'no', 32],
  ['out_refund_no', 'no', 64],
  ['transaction_id', 'no', 32],
  ['out_trade_no', { without: ['refund_id', 'out_refund_no', 'transaction_id'] }, 32],
  ['offset', 'no', 10, COUNT],
]

export const DOWNLOADBILL: Rule[] = [
  ...COMMON,
  ['bill_date', 'yes', 8, DAY],
  ['bill_type', 'no', 8, oneOf('ALL', 'SUCCESS', 'REFUND')],
  ['tar_type', 'no', 8, oneOf('GZIP')],
]

export const DOWNLOADFUNDFLOW: Rule[] = [
  ...COMMON.filter(([name]) => name !== 'sign_type'),
  ['sign_type', 'yes', 32, oneOf('HMAC-SHA256')],
  ['bill_date', 'yes', 8, DAY],
  ['account_type', 'yes', 16, oneOf('Basic', 'Operation', 'Fees')],
  ['tar_type', 'no', 8, oneOf('GZIP')],
]

export const GETSIGNKEY: Rule[] = [
  ['mch_id', 'yes', 32],
  ['nonce_str', 'yes', 32],
  ['sign', 'yes', 64],
]
