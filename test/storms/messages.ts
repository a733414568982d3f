import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import type { Journal } from './journal'

/** Signs as WeChat does, whatever the fields say. */
export function writeSigned(fields: Fields): string {
  const { sign: _, ...unsigned } = fields
  return writeXml({ ...unsigned, sign: sign(unsigned, DEMO_ACCOUNT.apiKey, 'MD5') })
}

export function fieldsOf(body: string): Fields {
  const document = readXml(Buffer.from(body))
  return document.ok ? document.fields : {}
}

/** Remembers the right signature of a body that does not carry it, which nobody may ever be told. */
export function keepSecret(journal: Journal, body: string): void {
  const fields = fieldsOf(body)
  const right = sign(fields, DEMO_ACCOUNT.apiKey, 'MD5')
  if (fields.sign !== right) journal.secrets.push(right)
}
