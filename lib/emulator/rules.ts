import { isIP } from 'node:net'
import { readTime } from '@/lib/wechat/time'
import { type Fields, isSignType } from '@/lib/wechat/v2/sign'
import type { Sentence } from './explanation'
import { TRADE_TYPES, type TradeType } from './schema'

/** When a field must be there: always, never, for one trade type, or if another field is not. */
type Required = 'yes' | 'no' | TradeType | { without: string }
/** A form that a value has to have, and the same in words. */
type Form = { is: Sentence; fits: (value: string, fields: Fields) => boolean }
/** One line of a parameter table of the documentation: name, when it must be there, most characters, form. */
export type Rule = [name: string, required: Required, lengthMax: number, form?: Form]

export type Breach = { name: string; problem: 'missing' | 'too_long' | 'invalid'; rule: Sentence }

/** Compares fields with a table, line by line; fields that the table does not know are let through. */
export function findBreach(rules: Rule[], fields: Fields): Breach | null {
  for (const [name, required, lengthMax, form] of rules) {
    const value = fields[name] ?? ''
    if (value === '' && isRequired(required, fields))
      return { name, problem: 'missing', rule: requirement(name, required) }
    if (value.length > lengthMax) return { name, problem: 'too_long', rule: limitOf(name, lengthMax, value) }
    if (value !== '' && form !== undefined && !form.fits(value, fields)) {
      return { name, problem: 'invalid', rule: { zh: `${name} 应是${form.is.zh}`, en: `${name} is ${form.is.en}` } }
    }
  }
  return null
}

function isRequired(required: Required, fields: Fields): boolean {
  if (typeof required === 'object') return !fields[required.without]
  return required === 'yes' || required === fields.trade_type
}

export function requirement(name: string, required: Required = 'yes'): Sentence {
  if (typeof required === 'object') {
    const { without } = required
    return { zh: `没有 ${without} 时必须有 ${name}`, en: `${name} has to be there if ${without} is not` }
  }
  if (required === 'yes') return { zh: `必须有 ${name}`, en: `${name} has to be there` }
  const en = `${name} has to be there with trade_type ${required}`
  return { zh: `trade_type 为 ${required} 时必须有 ${name}`, en }
}

export function limitOf(name: string, lengthMax: number, { length }: string): Sentence {
  return {
    zh: `${name} 最多 ${lengthMax} 个字符，这里有 ${length} 个`,
    en: `${name} has at most ${lengthMax} characters, not ${length}`,
  }
}

const oneOf = (...values: readonly string[]): Form => {
  const [last = '', ...others] = values.toReversed()
  const list = (word: string) => (others.length === 0 ? last : `${others.toReversed().join(', ')} ${word} ${last}`)
  return {
    is: { zh: ` ${list('或')}，大小写须一致`, en: `${list('or')}, spelled exactly so` },
    fits: (value) => values.includes(value),
  }
}
const TIME: Form = {
  is: { zh: '北京时间，格式 yyyyMMddHHmmss', en: 'a moment in China time as yyyyMMddHHmmss' },
  fits: (value) => readTime(value) !== null,
}
const NUMBER: Form = {
  is: { zh: ' 6 到 32 个数字、字母或 _ - | *', en: 'a number of 6 to 32 digits, letters, or _ - | *' },
  fits: (value) => /^[0-9A-Za-z_\-|*]{6,32}$/.test(value),
}
const FEN: Form = {
  is: { zh: '以分为单位的整数，至少为 1，只用数字', en: 'a whole number of fen, at least 1, digits only' },
  fits: (value) => /^[1-9][0-9]*$/.test(value),
}
const ADDRESS: Form = {
  is: { zh: ' IPv4 或 IPv6 地址', en: 'an IPv4 or IPv6 address' },
  fits: (value) => isIP(value) !== 0,
}
/** WeChat calls an address back as it is: it must be absolute, and nothing may hang on it. */
const NOTIFY_URL: Form = {
  is: {
    zh: '完整的 http 或 https 地址，不带查询参数、片段和密码',
    en: 'an absolute http or https address without query, fragment and password',
  },
  fits: (value) => {
    const url = URL.parse(value)
    return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(value) && url.username === ''
  },
}
const SCENE: Form = {
  is: {
    zh: ' JSON：MWEB 用 {"h5_info":{"type":"Wap","wap_url":…,"wap_name":…}}（type 也可为 IOS 或 Android），其他用 {"store_info":{"id":…}}',
    en: 'JSON: {"h5_info":{"type":"Wap","wap_url":…,"wap_name":…}} for MWEB (or type IOS or Android), {"store_info":{"id":…}} for others',
  },
  fits: (value, { trade_type: type }) => {
    const scene = readObject(value)
    return (
      scene !== null &&
      (type === 'MWEB' ? isH5(scene.h5_info) : scene.store_info === undefined || isStore(scene.store_info))
    )
  },
}

/** What a scene of each kind has to say besides its type. */
const H5_TEXTS: Record<string, string[]> = {
  Wap: ['wap_url', 'wap_name'],
  IOS: ['app_name', 'bundle_id'],
  Android: ['app_name', 'package_name'],
}
const STORE_LENGTHS_MAX: Record<string, number> = { id: 32, name: 64, area_code: 6, address: 128 }

function isH5(info: unknown): boolean {
  if (!isObject(info)) return false
  const texts = H5_TEXTS[String(info.type)]
  return texts?.every((name) => typeof info[name] === 'string' && info[name] !== '') ?? false
}

function isStore(info: unknown): boolean {
  if (!isObject(info)) return false
  return Object.entries(STORE_LENGTHS_MAX).every(([name, lengthMax]) => {
    const value = info[name] ?? ''
    return typeof value === 'string' && value.length <= lengthMax
  })
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const COMMON: Rule[] = [
  ['appid', 'yes', 32],
  ['mch_id', 'yes', 32],
  ['nonce_str', 'yes', 32],
  ['sign', 'yes', 64],
  ['sign_type', 'no', 32, { is: { zh: ' MD5 或 HMAC-SHA256', en: 'MD5 or HMAC-SHA256' }, fits: isSignType }],
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
  ['product_id', 'NATIVE', 32],
  ['openid', 'JSAPI', 128],
  ['scene_info', 'MWEB', 256, SCENE],
  ['limit_pay', 'no', 32, oneOf('no_credit')],
  ['receipt', 'no', 8, oneOf('Y')],
  ['profit_sharing', 'no', 16, oneOf('Y', 'N')],
]

export const ORDERQUERY: Rule[] = [
  ...COMMON,
  ['transaction_id', 'no', 32],
  ['out_trade_no', { without: 'transaction_id' }, 32],
]

export const CLOSEORDER: Rule[] = [...COMMON, ['out_trade_no', 'yes', 32]]

export const GETSIGNKEY: Rule[] = [
  ['mch_id', 'yes', 32],
  ['nonce_str', 'yes', 32],
  ['sign', 'yes', 64],
]
