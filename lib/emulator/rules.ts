import { isIP } from 'node:net'
import { readTime } from '@/lib/wechat/time'
import { type Fields, isSignType } from '@/lib/wechat/v2/sign'
import { TRADE_TYPES, type TradeType } from './schema'

/** When a field must be there: always, never, for one trade type, or if another field is not. */
type Required = 'yes' | 'no' | TradeType | { without: string }
/** A form that a value has to have, and the same in words. */
type Form = { is: string; fits: (value: string, fields: Fields) => boolean }
/** One line of a parameter table of the documentation: name, when it must be there, most characters, form. */
export type Rule = [name: string, required: Required, lengthMax: number, form?: Form]

export type Breach = { name: string; problem: 'missing' | 'too_long' | 'invalid'; rule: string }

/** Compares fields with a table, line by line; fields that the table does not know are let through. */
export function findBreach(rules: Rule[], fields: Fields): Breach | null {
  for (const [name, required, lengthMax, form] of rules) {
    const value = fields[name] ?? ''
    if (value === '' && isRequired(required, fields))
      return { name, problem: 'missing', rule: requirement(name, required) }
    if (value.length > lengthMax) {
      return { name, problem: 'too_long', rule: `${name} has at most ${lengthMax} characters, not ${value.length}` }
    }
    if (value !== '' && form !== undefined && !form.fits(value, fields)) {
      return { name, problem: 'invalid', rule: `${name} is ${form.is}` }
    }
  }
  return null
}

function isRequired(required: Required, fields: Fields): boolean {
  if (typeof required === 'object') return !fields[required.without]
  return required === 'yes' || required === fields.trade_type
}

function requirement(name: string, required: Required): string {
  if (typeof required === 'object') return `${name} has to be there if ${required.without} is not`
  return required === 'yes' ? `${name} has to be there` : `${name} has to be there with trade_type ${required}`
}

const oneOf = (...values: readonly string[]): Form => ({
  is: `${values.slice(0, -1).join(', ')}${values.length > 1 ? ' or ' : ''}${values.at(-1)}, spelled exactly so`,
  fits: (value) => values.includes(value),
})
const TIME: Form = {
  is: 'a moment in China time as yyyyMMddHHmmss',
  fits: (value) => readTime(value) !== null,
}
const NUMBER: Form = {
  is: 'a number of 6 to 32 digits, letters, or _ - | *',
  fits: (value) => /^[0-9A-Za-z_\-|*]{6,32}$/.test(value),
}
const FEN: Form = { is: 'a whole number of fen, at least 1, digits only', fits: (value) => /^[1-9][0-9]*$/.test(value) }
const ADDRESS: Form = { is: 'an IPv4 or IPv6 address', fits: (value) => isIP(value) !== 0 }
/** WeChat calls an address back as it is: it must be absolute, and nothing may hang on it. */
const NOTIFY_URL: Form = {
  is: 'an absolute http or https address without query, fragment and password',
  fits: (value) => {
    const url = URL.parse(value)
    return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(value) && url.username === ''
  },
}
const SCENE: Form = {
  is: 'JSON: {"h5_info":{"type":"Wap","wap_url":…,"wap_name":…}} for MWEB (or type IOS or Android), {"store_info":{"id":…}} for others',
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
  ['sign_type', 'no', 32, { is: 'MD5 or HMAC-SHA256', fits: isSignType }],
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
