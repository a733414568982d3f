import { isIP } from 'node:net'
import { readTime } from '@/lib/wechat/time'
import { type Fields, isSignType } from '@/lib/wechat/v2/sign'
import type { Sentence } from '../explanation'

/** A format that a value has to have, and the same in words that follow the field's name. */
export type ValueFormat = {
  is: Sentence
  fits: (value: string, fields: Fields) => boolean
  /** What the documentation asks of a value that fits all the same; null when it is content. */
  doubt?: (value: string, fields: Fields) => Sentence | null
}

export const oneOf = (...values: readonly string[]): ValueFormat => {
  const [last = '', ...others] = values.toReversed()
  const list = (word: string) => (others.length === 0 ? last : `${others.toReversed().join(', ')} ${word} ${last}`)
  return {
    is: { zh: ` ${list('或')}，大小写须一致`, en: `${list('or')}, spelled exactly so` },
    fits: (value) => values.includes(value),
  }
}
export const SIGN_TYPE: ValueFormat = {
  is: {
    zh: ' MD5 或 HMAC-SHA256，大小写须一致；不写就是 MD5',
    en: 'MD5 or HMAC-SHA256, spelled exactly so, or left out for MD5',
  },
  fits: isSignType,
}
export const TIME: ValueFormat = {
  is: { zh: '北京时间，格式 yyyyMMddHHmmss', en: 'a moment in China time as yyyyMMddHHmmss' },
  fits: (value) => readTime(value) !== null,
}
export const DAY: ValueFormat = {
  is: { zh: '北京时间的日期，格式 yyyyMMdd', en: 'a day in China as yyyyMMdd' },
  fits: (value) => readTime(`${value}000000`) !== null,
}
export const NUMBER: ValueFormat = {
  is: { zh: ' 6 到 32 个数字、字母或 _ - | *', en: 'a number of 6 to 32 digits, letters, or _ - | *' },
  fits: (value) => /^[0-9A-Za-z_\-|*]{6,32}$/.test(value),
}
export const FEN: ValueFormat = {
  is: { zh: '以分为单位的整数，至少为 1，只用数字', en: 'a whole number of fen, at least 1, digits only' },
  fits: (value) => /^[1-9][0-9]*$/.test(value),
}
export const PART_OF_TOTAL: ValueFormat = {
  is: {
    zh: '以分为单位的整数，至少为 1，不大于 total_fee，只用数字',
    en: 'a whole number of fen, at least 1 and not more than total_fee, digits only',
  },
  fits: (value, fields) => FEN.fits(value, fields) && Number(value) <= Number(fields.total_fee),
}
export const COUNT: ValueFormat = {
  is: { zh: '整数，至少为 0，只用数字', en: 'a whole number, at least 0, digits only' },
  fits: (value) => /^\d+$/.test(value),
}
export const REFUND_NUMBER: ValueFormat = {
  is: { zh: ' 1 到 64 个数字、字母或 _ - | * @', en: 'a number of 1 to 64 digits, letters, or _ - | * @' },
  fits: (value) => /^[0-9A-Za-z_\-|*@]{1,64}$/.test(value),
}
export const ADDRESS: ValueFormat = {
  is: { zh: ' IPv4 或 IPv6 地址', en: 'an IPv4 or IPv6 address' },
  fits: (value) => isIP(value) !== 0,
}
/** WeChat calls an address back as it is: it must be absolute, and nothing may hang on it. */
export const NOTIFY_URL: ValueFormat = {
  is: {
    zh: '完整的 http 或 https 地址，不带查询参数、片段和密码',
    en: 'an absolute http or https address without query, fragment and password',
  },
  fits: (value) => {
    const url = URL.parse(value)
    return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(value) && url.username === ''
  },
}
export const SCENE: ValueFormat = {
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
  doubt: (value, { trade_type: type }) => {
    const info = type === 'MWEB' ? readObject(value)?.h5_info : null
    return isObject(info) && info.type === 'IOS' && !isText(info.bundle_id) ? IOS_BUNDLE : null
  },
}

/** What a scene of each kind has to say besides its type, and what the service was seen to take for it. */
const H5_TEXTS = new Map([
  ['Wap', [['wap_url'], ['wap_name']]],
  ['IOS', [['app_name'], ['bundle_id', 'package_name']]],
  ['Android', [['app_name'], ['package_name']]],
])
const IOS_BUNDLE: Sentence = {
  zh: 'type 为 IOS 时，scene_info 用 bundle_id 写明应用，而不是 package_name',
  en: 'scene_info of type IOS names its app in bundle_id, not in package_name',
}
const STORE_LENGTHS_MAX = { id: 32, name: 64, area_code: 6, address: 128 }

function isH5(info: unknown): boolean {
  if (!isObject(info)) return false
  const texts = H5_TEXTS.get(String(info.type))
  return texts?.every((names) => names.some((name) => isText(info[name]))) ?? false
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
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
