import type { Fields } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'

/** An answer: integers bare, and everything else in CDATA, also what only looks like a number. */
export function writeAnswer(fields: Fields): string {
  return writeXml(fields, (_, name) => name === 'total_fee' || name === 'cash_fee')
}

/** News, where recordings have what the buyer paid in CDATA too. */
export function writeNotification(fields: Fields): string {
  return writeXml(fields, (_, name) => name === 'total_fee')
}
