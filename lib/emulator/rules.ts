import { isIP } from 'node:net'
import { readTime } from '@/lib/wechat/time'
import { type Fields, isSignType } from '@/lib/wechat/v2/sign'
import { TRADE_TYPES, type TradeType } from './schema'

/** One line of a parameter table of the documentation: name, when it must be there, most characters, form. */
export type Rule = [
  name: string,
  required: 'yes' | 'no' | TradeType,
  lengthMax: number,
  hasForm?: (value: string) => boolean,
]

export type Fault = { name: string; problem: 'missing' | 'too_long' | 'invalid' }

/** Compares fields with a table, line by line; fields that the table does not know are let through. */
export function findFault(rules: Rule[], fields: Fields): Fault | null {
  for (const [name, required, lengthMax, hasForm] of rules) {
    const value = fields[name] ?? ''
    const isRequired = required === 'yes' || required === fields.trade_type
    if (value === '' && isRequired) return { name, problem: 'missing' }
    if (value.length > lengthMax) return { name, problem: 'too_long' }
    if (value !== '' && hasForm !== undefined && !hasForm(value)) return { name, problem: 'invalid' }
  }
  return null
}

const is =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value)
const matches = (pattern: RegExp) => (value: string) => pattern.test(value)
const isTime = (value: string) => readTime(value) !== null

/** WeChat calls an address back as it is: it must be absolute, and nothing may hang on it. */
function isNotifyUrl(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(value) && url.username === ''
}

function isH5Scene(value: string): boolean {
  try {
    const scene: unknown = JSON.parse(value)
    return typeof scene === 'object' && scene !== null && 'h5_info' in scene && typeof scene.h5_info === 'object'
  } catch {
    return false
  }
}

const COMMON: Rule[] = [
  ['appid', 'yes', 32],
  ['mch_id', 'yes', 32],
  ['nonce_str', 'yes', 32],
  ['sign', 'yes', 64],
  ['sign_type', 'no', 32, isSignType],
]

export const UNIFIEDORDER: Rule[] = [
  ...COMMON,
  ['trade_type', 'yes', 16, is(...TRADE_TYPES)],
  ['version', 'no', 32, is('1.0')],
  ['device_info', 'no', 32],
  ['body', 'yes', 127],
  ['detail', 'no', 6000],
  ['attach', 'no', 127],
  ['out_trade_no', 'yes', 32, matches(/^[0-9A-Za-z_\-|*]{6,32}$/)],
  ['fee_type', 'no', 16, is('CNY')],
  ['total_fee', 'yes', 10, matches(/^[1-9][0-9]*$/)],
  ['spbill_create_ip', 'yes', 64, (value) => isIP(value) !== 0],
  ['time_start', 'no', 14, isTime],
  ['time_expire', 'no', 14, isTime],
  ['goods_tag', 'no', 32],
  ['notify_url', 'yes', 256, isNotifyUrl],
  ['product_id', 'NATIVE', 32],
  ['openid', 'JSAPI', 128],
  ['scene_info', 'MWEB', 256, isH5Scene],
  ['limit_pay', 'no', 32, is('no_credit')],
  ['receipt', 'no', 8, is('Y')],
  ['profit_sharing', 'no', 16, is('Y', 'N')],
]

export const ORDERQUERY: Rule[] = [...COMMON, ['transaction_id', 'no', 32], ['out_trade_no', 'no', 32]]

export const CLOSEORDER: Rule[] = [...COMMON, ['out_trade_no', 'yes', 32]]
