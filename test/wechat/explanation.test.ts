import { expect, test } from 'vitest'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { SIGN_SHOWN_MAX } from '@/lib/wechat/v2/notification'
import { writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, NUMBER, openWire, signed } from './wire'

const { gateway } = openWire(() => new Response())
const FIELDS = { return_code: 'SUCCESS', appid: ACCOUNT.appid, attach: '茶', out_trade_no: NUMBER }

/** What is explained of a body, and of which payment's signature type was asked. */
async function explain(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const asked: unknown[] = []
  const explanation = await gateway.explain({ apiVersion: 'v2', headers, body: Buffer.from(body) }, async (of) => {
    asked.push(of)
    return null
  })
  return { ...explanation, asked }
}

test('what is shown of a message of payments says of which API it is, and that nothing in it was sealed', async () => {
  const { asked, ...found } = await explain(writeXml(signed(FIELDS)))
  expect(found).toMatchObject({ apiVersion: 'v2', isSealed: false, isRight: true, signType: 'MD5' })
  expect(asked).toEqual([{ outTradeNo: NUMBER, transactionId: null }])
  const nameless = await explain(writeXml(signed({ attach: 'x' })))
  expect(nameless.asked).toEqual([{ outTradeNo: '', transactionId: null }])
})

test('a message as large as the notify URL takes is explained, and one byte more is too much', async () => {
  const sized = (bytes: number) => `<xml><a>${'x'.repeat(bytes - '<xml><a></a></xml>'.length)}</a></xml>`
  expect(await explain(sized(64 * 1024))).toMatchObject({ problem: null, mistake: { cause: 'sign_missing' } })
  expect(await explain(sized(64 * 1024 + 1))).toMatchObject({ problem: 'too_large', mistake: null })
})

test('of a signature so much is shown as a signature can have', async () => {
  const { receivedSign } = await explain(writeXml({ ...FIELDS, sign: 'A'.repeat(SIGN_SHOWN_MAX + 1) }))
  expect(receivedSign).toBe('A'.repeat(SIGN_SHOWN_MAX))
})

test('only what is not UTF-8 is read in another encoding, and only a declaration at its beginning is left out', async () => {
  const inGbk = (text: string) => writeGbk(text) ?? ''
  const message = writeXml(signed(FIELDS))
  const declared = await explain(inGbk(`<?xml version="1.0" encoding="GBK"?>${message}`))
  expect(declared).toMatchObject({ problem: 'not_utf8', mistake: { cause: 'charset_changed' } })
  const inside = message.replace('</xml>', '<?xml version="1.0"?></xml>')
  expect(await explain(inGbk(inside))).toMatchObject({ problem: 'not_utf8', mistake: null, fields: [] })
  const old = `<?xml version="1.1"?>${writeXml(signed({ ...FIELDS, attach: 'x' }))}`
  expect(await explain(old)).toMatchObject({ mistake: null, fields: [] })
  const latin = Buffer.from('<?xml version="1.0"?> <?xml version="1.0"?><xml></xml>')
  expect(await explain(latin, { 'content-type': 'text/xml; charset=latin1' })).toMatchObject({ mistake: null })
})

test.each([
  ['text/xml;charset=gbk', 'charset_changed'],
  ['text/xml;  charset="GBK"', 'charset_changed'],
  ['', 'charset_changed'],
])('a text in GBK whose header says "%s"', async (type, cause) => {
  const body = writeGbk(writeXml(signed(FIELDS))) ?? ''
  expect(await explain(body, { 'content-type': type })).toMatchObject({ problem: 'not_utf8', mistake: { cause } })
})

test.each(['text/xml;charset=utf-16le', 'text/xml; charset=utf-16le'])(
  'a text that only its header %s explains',
  async (type) => {
    const body = Buffer.from(writeXml(signed(FIELDS)), 'utf16le')
    expect(await explain(body, { 'content-type': type })).toMatchObject({ mistake: { cause: 'charset_changed' } })
  },
)

test('only what has an encrypted resource is called a message of API v3', async () => {
  const causeOf = async (body: unknown) => (await explain(JSON.stringify(body))).mistake?.cause ?? null
  expect(await causeOf({ id: 'EV-1', resource: { ciphertext: 'x', nonce: 'n' } })).toBe('v3_message')
  expect(await causeOf({ id: 'EV-1', resource: { nonce: 'n' } })).toBeNull()
  expect(await causeOf({ id: 'EV-1', resource: { ciphertext: 7 } })).toBeNull()
  expect(await causeOf({ ciphertext: 'x' })).toBeNull()
})

test('of what is sealed 64 characters are shown, and a mark where there are more', async () => {
  const shownOf = async (sealed: string) => {
    const { fields } = await explain(writeXml({ return_code: 'SUCCESS', req_info: sealed }))
    return Object.fromEntries(fields).req_info
  }
  expect(await shownOf('x'.repeat(64))).toBe('x'.repeat(64))
  expect(await shownOf('x'.repeat(65))).toBe(`${'x'.repeat(64)}…`)
  expect(await shownOf('x')).toBe('x')
})

test('a sealed notice is right when it opens and is read, and the field at fault is named otherwise', async () => {
  const notice = (sealed: string) => writeXml({ return_code: 'SUCCESS', req_info: sealed })
  const inner = writeXml({ refund_fee: '1' }, () => false, 'root')
  expect(await explain(notice(encryptReqInfo(inner, ACCOUNT.apiKey)))).toMatchObject({ isRight: true, mistake: null })
  expect(await explain(notice(encryptReqInfo(inner, 'x'.repeat(32))))).toMatchObject({
    isRight: false,
    mistake: { cause: 'sealed_other_key', field: 'req_info', signedText: null },
  })
})

test('a mark of byte order is no part of a message, whatever its header declares', async () => {
  const body = Buffer.from(`\ufeff${writeXml(signed(FIELDS))}`, 'utf16le')
  expect(await explain(body, { 'content-type': 'text/xml; charset=utf-16le' })).toMatchObject({ mistake: null })
})
