import { type Fields, isSignType, type SignType, sign } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'
import { writeNotification } from './encode'

type News = { text: string; fields: Fields; signType: SignType; apiKey: string }

/**
 * Ways to send news that is not true. All but a broken signature are signed as they should be, so that only the check
 * that is meant for it can find each.
 */
const TAMPERINGS = {
  /** One fen less than was paid. */
  tamperAmount: ({ fields, signType, apiKey }: News) => {
    const amount = String(Number(fields.total_fee) - 1)
    return writeSigned({ ...fields, total_fee: amount, cash_fee: amount }, apiKey, signType)
  },
  tamperSignature: ({ fields }: News) => writeNotification({ ...fields, sign: otherEnd(fields.sign ?? '') }),
  otherMerchant: ({ fields, signType, apiKey }: News) =>
    writeSigned({ ...fields, mch_id: otherEnd(fields.mch_id ?? '') }, apiKey, signType),
  truncate: ({ text }: News) => text.slice(0, text.length / 2),
  doctype: ({ text }: News) => `<!DOCTYPE xml [<!ENTITY news SYSTEM "file:///etc/hostname">]>\n${text}`,
  /** Signed with the type that the order was not signed with. */
  signType: ({ fields, signType, apiKey }: News) => {
    const other = signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
    return writeSigned({ ...fields, sign_type: other }, apiKey, other)
  },
}

export type Tampering = keyof typeof TAMPERINGS

export const TAMPERING_NAMES = Object.keys(TAMPERINGS) as Tampering[]

/** True news, changed in one way. */
export function tamper(text: string, tampering: Tampering, apiKey: string): string {
  const read = readXml(Buffer.from(text))
  if (!read.ok) throw new Error(`the ledger holds broken news: ${read.reason}`)
  const { sign_type: type = 'MD5' } = read.fields
  const signType = isSignType(type) ? type : 'MD5'
  return TAMPERINGS[tampering]({ text, fields: read.fields, signType, apiKey })
}

/** A signed message, its fields in the order of their names as in all news. */
export function writeSigned(fields: Fields, apiKey: string, signType: SignType): string {
  const signed = { ...fields, sign: sign(fields, apiKey, signType) }
  return writeNotification(Object.fromEntries(Object.entries(signed).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** The same length, with another last character. */
export function otherEnd(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
}
