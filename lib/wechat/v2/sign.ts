import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** The fields of a message: values are text, exactly as they stand in the XML. */
export type Fields = Record<string, string>

/** How a message is signed. WeChat takes MD5 when nothing is said. */
export type SignType = 'MD5' | 'HMAC-SHA256'

export function isSignType(text: string): text is SignType {
  return text === 'MD5' || text === 'HMAC-SHA256'
}

/** The type with which something was kept. Throws on any other: that is a mistake in the code. */
export function knownType(signType: string): SignType {
  if (!isSignType(signType)) throw new Error(`no type of signature: ${signType}`)
  return signType
}

/** Fields that no inherited name can disturb, not even `__proto__`. */
export function newFields(entries: Iterable<readonly [string, string]> = []): Fields {
  const fields: Fields = Object.create(null)
  for (const [name, value] of entries) fields[name] = value
  return fields
}

/**
 * The text that is signed (WeChat Pay v2, security rules): all fields but `sign` and empty ones, sorted by the bytes of
 * their names, as `name=value` joined by `&`, then the key. Values are raw: neither URL-encoded nor escaped.
 */
export function textToSign(fields: Fields, key: string): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name] !== '')
  // Plain comparison is the order of code units, which for these names is the order of bytes; a locale's is not.
  names.sort((a, b) => (a < b ? -1 : 1))
  return [...names.map((name) => `${name}=${fields[name]}`), `key=${key}`].join('&')
}

/** The same text for logs and pages. */
export function maskedTextToSign(fields: Fields): string {
  return textToSign(fields, '***')
}

/** The signature of fields in upper-case hex: 32 characters for MD5, 64 for HMAC-SHA256. */
export function sign(fields: Fields, key: string, type: SignType): string {
  const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', key)
  return hash.update(textToSign(fields, key), 'utf8').digest('hex').toUpperCase()
}

/** Whether the fields carry their own right signature. Takes as long for a wrong one as for the right one. */
export function isSignedWith(fields: Fields, key: string, type: SignType): boolean {
  const expected = Buffer.from(sign(fields, key, type))
  const received = Buffer.from(fields.sign ?? '')
  return received.length === expected.length && timingSafeEqual(received, expected)
}
