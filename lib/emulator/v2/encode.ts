import { type Fields, type SignType, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'

/** Names of integers; those of a list of refunds end with their place in it. */
const INTEGER = /^((cash_|coupon_|settlement_)?(refund|total)_fee|cash_fee|(total_|coupon_)?refund_count)(_\d+)?$/

/** An answer: integers bare, and everything else in CDATA, also what only looks like a number. */
export function writeAnswer(fields: Fields): string {
  return writeXml(fields, (_, name) => INTEGER.test(name))
}

/** A notification, where recordings have what the buyer paid in CDATA too. */
export function writeNotification(fields: Fields): string {
  return writeXml(fields, (_, name) => name === 'total_fee')
}

/** A signed notification, its fields in the order of their names as in recordings. */
export function writeSignedNotification(fields: Fields, apiKey: string, signType: SignType): string {
  const signed = { ...fields, sign: sign(fields, apiKey, signType) }
  return writeNotification(Object.fromEntries(Object.entries(signed).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** The same length, with another last character. */
export function otherEnd(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
}
