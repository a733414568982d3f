import { isIP } from 'node:net'
import type { Sentence } from '../explanation'

/** A format that a value of the right type has to have, in words that follow the field's name, and as WeChat says it. */
export type ValueFormat = {
  is: Sentence
  issue: string
  fits: (value: unknown) => boolean
  /** What the documentation asks of a value that is taken here all the same; null when it is content. */
  doubt?: (value: unknown) => Sentence | null
}

const matching = (pattern: RegExp, is: Sentence): ValueFormat => ({
  is,
  issue: '不符合格式要求',
  fits: (value) => typeof value === 'string' && pattern.test(value),
})

export const oneOf = (...values: readonly string[]): ValueFormat => ({
  is: { zh: ` ${values.join('、')} 之一`, en: `one of ${values.join(', ')}` },
  issue: '枚举值不正确',
  fits: (value) => typeof value === 'string' && values.includes(value),
})

export const listOf = (...values: readonly string[]): ValueFormat => ({
  is: { zh: `由 ${values.join('、')} 组成的数组`, en: `a list of ${values.join(', ')}` },
  issue: '枚举值不正确',
  fits: (value) => Array.isArray(value) && value.every((it) => values.includes(it)),
})

export const FEN: ValueFormat = {
  is: { zh: '以分为单位的整数，至少为 1', en: 'a whole number of fen, at least 1' },
  issue: '值低于最小值 1',
  fits: (value) => typeof value === 'number' && value >= 1,
}

export const NUMBER = matching(/^[0-9A-Za-z_\-|*]{6,32}$/, {
  zh: ' 6 到 32 个数字、字母或 _ - | *',
  en: 'a number of 6 to 32 digits, letters, or _ - | *',
})

export const REFUND_NUMBER = matching(/^[0-9A-Za-z_\-|*@]{1,64}$/, {
  zh: ' 1 到 64 个数字、字母或 _ - | * @',
  en: 'a number of 1 to 64 digits, letters, or _ - | * @',
})

/** RFC 3339 with an offset. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

export const RFC3339: ValueFormat = {
  is: {
    zh: '带时区的 RFC 3339 时间，如 2018-06-08T10:34:56+08:00',
    en: 'a moment as RFC 3339 with an offset, as 2018-06-08T10:34:56+08:00',
  },
  issue: '不符合 RFC 3339 时间格式',
  fits: (value) => typeof value === 'string' && readTime(value) !== null,
}

/** The instant of an RFC 3339 text; null when there is no such moment. */
export function readTime(text: string): number | null {
  const [, year, month, day] = TIME.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return null
  const at = Date.parse(text)
  // Dates carry a 30th of February over into March.
  const isDay = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
  return Number.isNaN(at) || !isDay ? null : at
}

const BEIJING_AHEAD_MS = 8 * 60 * 60_000

/** An instant as WeChat writes it: RFC 3339 in China's time, to the second. */
export function writeTime(at: number): string {
  return `${new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 19)}+08:00`
}

export const ADDRESS: ValueFormat = {
  is: { zh: ' IPv4 或 IPv6 地址', en: 'an IPv4 or IPv6 address' },
  issue: '不是合法的 IP 地址',
  fits: (value) => typeof value === 'string' && isIP(value) !== 0,
}

const HTTPS: Sentence = {
  zh: '真实的微信支付只接受 https 的通知地址',
  en: 'the real service takes notify addresses of https only',
}

/** Real ones are https alone; shops at home have no certificate, so http is taken too. */
export const NOTIFY_URL: ValueFormat = {
  is: {
    zh: '完整的 https（模拟器里也可以是 http）地址，不带查询参数、片段和密码',
    en: 'an absolute https address (here also http) without query, fragment and password',
  },
  issue: '不是合法的通知地址',
  doubt: (value) => (String(value).startsWith('https:') ? null : HTTPS),
  fits: (value) => {
    const url = typeof value === 'string' ? URL.parse(value) : null
    return url !== null && /^https?:$/.test(url.protocol) && !/[?#]/.test(String(value)) && url.username === ''
  },
}
