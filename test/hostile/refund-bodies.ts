import { createCipheriv, createHash } from 'node:crypto'
import type { Verdict } from '@/lib/shop/notification'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { writeXml } from '@/lib/wechat/v2/xml'
import { type Fields, inner, notice, outer, type RefundScene } from './refund-scene'
import { KEY, signed } from './scene'

/** A body, what it is called, and what has to become of it. */
type Row = [name: string, body: (scene: RefundScene) => string | Uint8Array, verdict: Verdict]

/** What the shop has not heard of, and would believe. */
const truth = (scene: RefundScene, changes: Fields = {}) => scene.content(scene.unheard, changes)
const genuine = (scene: RefundScene) => notice(inner(truth(scene)))
const sealed = (scene: RefundScene) => encryptReqInfo(inner(truth(scene)), KEY)
const without = (fields: Fields, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([it]) => it !== name))

/** Encrypted with the right key, and padded as the caller says: or not at all. */
function sealAs(bytes: Uint8Array): string {
  const key = createHash('md5').update(KEY).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64')
}
/** A text filled up to whole blocks with one byte. */
function filled(text: string, byte: number): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([bytes, Buffer.alloc(16 - (bytes.length % 16), byte)])
}
/** Whole blocks whose last byte says two, and the one before it does not. */
function unlike(text: string): Buffer {
  const bytes = filled(`${text} `, 9)
  bytes[bytes.length - 1] = 2
  return bytes
}
const blocksOf = (text: string) => Buffer.from(text, 'base64')

// Not opened: whoever sends this does not have the key, or it was broken on its way.

const altered = (name: string, change: (text: string) => string): Row => [
  name,
  (scene) => writeXml(outer(change(sealed(scene)))),
  'undecryptable',
]

const SEALED: Row[] = [
  altered('half of the Base64', (text) => text.slice(0, text.length / 2)),
  altered('a character less', (text) => text.slice(0, -1)),
  altered('a block less', (text) => blocksOf(text).subarray(0, -16).toString('base64')),
  altered('a byte less', (text) => blocksOf(text).subarray(0, -1).toString('base64')),
  altered('a byte more', (text) => Buffer.concat([blocksOf(text), Buffer.of(0)]).toString('base64')),
  altered('a block of zeros more', (text) => Buffer.concat([blocksOf(text), Buffer.alloc(16)]).toString('base64')),
  altered('one block only', (text) => blocksOf(text).subarray(0, 16).toString('base64')),
  altered('its blocks turned round', (text) =>
    Buffer.concat(
      Array.from({ length: blocksOf(text).length / 16 }, (_, at) =>
        blocksOf(text).subarray(at * 16, at * 16 + 16),
      ).reverse(),
    ).toString('base64'),
  ),
  altered('nothing encrypted', () => ''),
  altered('white space only', () => '   '),
  altered('zeros', () => Buffer.alloc(64).toString('base64')),
  altered('Base64 with line breaks', (text) => text.replace(/.{64}/g, '$&\n')),
  altered('Base64 of addresses', (text) => blocksOf(text).toString('base64url')),
  altered('Base64 with a letter that is none', (text) => `!${text}`),
  altered('Base64 twice', (text) => Buffer.from(text).toString('base64')),
  altered('the fields as hexadecimal', (text) => blocksOf(text).toString('hex')),
  altered('17 KB of Base64', (text) => text.repeat(20).slice(0, 17 * 1024)),
  altered('60 KB of Base64', () => 'A'.repeat(60_000)),
  altered('the fields unencrypted', () => '<root><refund_status>SUCCESS</refund_status></root>'),
  ['another key', (it) => notice(inner(truth(it)), {}, '0'.repeat(32)), 'undecryptable'],
  ['the key in capitals', (it) => notice(inner(truth(it)), {}, KEY.toUpperCase()), 'undecryptable'],
  ['an empty key', (it) => notice(inner(truth(it)), {}, ''), 'undecryptable'],
  ['padding of zeros', (it) => writeXml(outer(sealAs(filled(inner(truth(it)), 0)))), 'undecryptable'],
  ['padding that says 17', (it) => writeXml(outer(sealAs(filled(inner(truth(it)), 17)))), 'undecryptable'],
  ['padding of unlike bytes', (it) => writeXml(outer(sealAs(unlike(inner(truth(it)))))), 'undecryptable'],
  ['GBK inside', (it) => writeXml(outer(sealAs(padded(writeGbk(inner(truth(it))) ?? Buffer.of())))), 'undecryptable'],
  ['half a character inside', () => writeXml(outer(sealAs(padded(Buffer.of(0xe8, 0x8c))))), 'undecryptable'],
]

function padded(bytes: Uint8Array): Buffer {
  const count = 16 - (bytes.length % 16)
  return Buffer.concat([bytes, Buffer.alloc(count, count)])
}

// Not ours, or not transmitted

const ELSEWHERE: Row[] = [
  ['another merchant', (it) => notice(inner(truth(it)), { mch_id: '1900000108' }), 'not_ours'],
  ['another appid', (it) => notice(inner(truth(it)), { appid: 'wx0000000000000000' }), 'not_ours'],
  ['no merchant', (it) => writeXml(without(outer(sealed(it)), 'mch_id')), 'not_ours'],
  ['another merchant under another key', (it) => notice(inner(truth(it)), { mch_id: '1' }, '0'.repeat(32)), 'not_ours'],
  [
    'our merchant inside only',
    (it) => notice(inner({ ...truth(it), mch_id: '1900000109' }), { mch_id: '1' }),
    'not_ours',
  ],
  ['a failed transport', (it) => notice(inner(truth(it)), { return_code: 'FAIL' }), 'failed_transport'],
  ['no word on the transport', (it) => writeXml(without(outer(sealed(it)), 'return_code')), 'failed_transport'],
]

// Outside

const around = (name: string, change: (text: string) => string | Uint8Array): Row => [
  name,
  (scene) => change(genuine(scene)),
  'malformed',
]

const OUTSIDE: Row[] = [
  around('half of the body', (text) => text.slice(0, text.length / 2)),
  around('two of the encrypted field', (text) => text.replace('</xml>', '<req_info>x</req_info></xml>')),
  around('a DOCTYPE', (text) => `<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]>${text}`),
  around('a byte order mark', (text) => `\ufeff${text}`),
  around('a NUL', (text) => text.replace('SUCCESS', 'SUC\0CESS')),
  around('the encrypted field in another', (text) =>
    text.replace('<req_info>', '<a><req_info>').replace('</req_info>', '</req_info></a>'),
  ),
  around('the root of what is inside', (text) => text.replace('<xml>', '<root>').replace('</xml>', '</root>')),
  around('an attribute', (text) => text.replace('<req_info>', '<req_info encoding="base64">')),
  around('UTF-16', (text) => Buffer.from(text, 'utf16le')),
  around('the form of API v3', () =>
    JSON.stringify({ event_type: 'REFUND.SUCCESS', resource: { ciphertext: 'eA==' } }),
  ),
]

// Inside: these open with our key.

const inside = (name: string, change: (text: string) => string): Row => [
  name,
  (scene) => notice(change(inner(truth(scene)))),
  'malformed',
]
const lacking = (name: string): Row => [`no ${name}`, (it) => notice(inner(without(truth(it), name))), 'malformed']
const saying = (name: string, changes: Fields): Row => [name, (it) => notice(inner(truth(it, changes))), 'malformed']

const INSIDE: Row[] = [
  inside('nothing', () => ''),
  inside('a text', () => 'refunded'),
  inside('JSON', () => '{"refund_status":"SUCCESS"}'),
  inside('a notice in a notice', (text) => notice(text)),
  inside('the root of what is outside', (text) => text.replaceAll('root>', 'xml>')),
  inside('two roots', (text) => text + text),
  inside('a root in the root', (text) => `<root>${text}</root>`),
  inside('a text behind the root', (text) => `${text}x`),
  inside('a DOCTYPE within', (text) => `<!DOCTYPE root>${text}`),
  inside(
    'an entity within',
    (text) => `<!DOCTYPE root [<!ENTITY a "1000">]>${text.replace('<![CDATA[1000]]>', '&a;')}`,
  ),
  inside(
    'entities that grow',
    (text) =>
      `<!DOCTYPE root [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${text.replace('支付用户零钱', '&b;')}`,
  ),
  inside('an include', (text) =>
    text.replace('<root>', '<root xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="/etc/passwd"/>'),
  ),
  inside('a processing instruction', (text) => text.replace('<root>', '<root><?php echo 1 ?>')),
  inside('a comment', (text) => text.replace('<root>', '<root><!-- -->')),
  inside('a byte order mark within', (text) => `\ufeff${text}`),
  inside('a NUL within', (text) => text.replace('SUCCESS', 'SUC\0CESS')),
  inside('another encoding said', (text) => `<?xml version="1.0" encoding="GBK"?>${text}`),
  inside('an amount twice', (text) => text.replace('</root>', '<refund_fee>1</refund_fee></root>')),
  inside('a field of fields', (text) => text.replace('<![CDATA[1000]]>', '<a>1000</a>')),
  inside('its end missing', (text) => text.slice(0, -7)),
  inside('500 fields more', (text) =>
    text.replace('</root>', `${Array.from({ length: 500 }, (_, at) => `<f${at}/>`).join('')}</root>`),
  ),
  ...['out_refund_no', 'out_trade_no', 'transaction_id', 'refund_id', 'refund_fee', 'total_fee', 'refund_status'].map(
    lacking,
  ),
  saying('an amount of nothing', { refund_fee: '0' }),
  saying('a negative amount', { refund_fee: '-1000' }),
  saying('a fraction', { refund_fee: '10.00' }),
  saying('an amount in words of a programmer', { refund_fee: '1e3' }),
  saying('an amount with a space', { refund_fee: ' 1000' }),
  saying('an amount with a zero before it', { refund_fee: '01000' }),
  saying('an amount of 13 digits', { refund_fee: '1000000000000', total_fee: '1000000000000' }),
  saying('more than was paid', { refund_fee: '999999' }),
  saying('a negative sum', { total_fee: '-6800' }),
  saying('an unknown status', { refund_status: 'REFUNDED' }),
  saying('an empty status', { refund_status: '' }),
  saying('a status of the query', { refund_status: 'PROCESSING' }),
  saying('a refund number of 65 characters', { out_refund_no: 'R'.repeat(65) }),
  saying('a refund number with SQL', { out_refund_no: "R'; DROP TABLE refunds; --" }),
  saying('a refund number with markup', { out_refund_no: '<script>' }),
  saying('a payment number of 33 characters', { out_trade_no: 'T'.repeat(33) }),
  saying('a moment that never was', { success_time: '2026-02-30 10:00:00' }),
  saying('a moment of another form', { success_time: '1772330437' }),
]

// Rightly encrypted and well formed: what they say is not so.

const claiming = (name: string, changes: (scene: RefundScene) => Fields, verdict: Verdict): Row => [
  name,
  (scene) => notice(inner(scene.content(scene.processing, changes(scene)))),
  verdict,
]

const UNTRUE: Row[] = [
  claiming('an amount below', () => ({ refund_fee: '999' }), 'wrong_amount'),
  claiming('an amount above', () => ({ refund_fee: '1001' }), 'wrong_amount'),
  claiming('all that was paid', (it) => ({ refund_fee: String(it.processing.refund.paidFen) }), 'wrong_amount'),
  claiming('another sum', () => ({ total_fee: '6801' }), 'wrong_amount'),
  claiming("another order's payment", (it) => ({ out_trade_no: it.other.outTradeNo }), 'wrong_amount'),
  claiming("another order's money", (it) => ({ transaction_id: it.other.transactionId }), 'wrong_amount'),
  claiming(
    "another order's payment and money",
    (it) => ({ out_trade_no: it.other.outTradeNo, transaction_id: it.other.transactionId }),
    'wrong_amount',
  ),
  claiming('money that nobody paid', () => ({ transaction_id: '4200000000000000000000000000' }), 'wrong_amount'),
  claiming('a success before its time', () => ({}), 'contradicted'),
  claiming('a closing before its time', () => ({ refund_status: 'REFUNDCLOSE' }), 'contradicted'),
  claiming('a change before its time', () => ({ refund_status: 'CHANGE' }), 'contradicted'),
  claiming(
    'a refund that WeChat does not have, of a payment of ours',
    () => ({ out_refund_no: 'R-nobody' }),
    'unknown_refund',
  ),
  claiming(
    'a refund that nobody has, of a payment that nobody has',
    () => ({ out_refund_no: 'R-0', out_trade_no: 'T-0' }),
    'unknown_refund',
  ),
  claiming(
    'the number of a payment in place of the refund',
    (it) => ({ out_refund_no: it.processing.payment.outTradeNo }),
    'unknown_refund',
  ),
  ['old news', (it) => notice(inner(it.content(it.known))), 'refund_already'],
  [
    'the closing of what succeeded',
    (it) => notice(inner(it.content(it.known, { refund_status: 'REFUNDCLOSE' }))),
    'refund_already',
  ],
  [
    'another amount of what succeeded',
    (it) => notice(inner(it.content(it.known, { refund_fee: '1' }))),
    'wrong_amount',
  ],
]

// Mixed with what a payment is told in

const MIXED: Row[] = [
  [
    'a signature and all fields of a payment, and nothing to open',
    (it) =>
      writeXml(
        signed({ ...outer('eA=='), result_code: 'SUCCESS', out_trade_no: it.other.outTradeNo, total_fee: '6800' }),
      ),
    'undecryptable',
  ],
  [
    'fields outside in place of those inside',
    (it) => writeXml({ ...outer(encryptReqInfo('<root></root>', KEY)), ...truth(it) }),
    'malformed',
  ],
  [
    'a wrong signature beside a wrong key',
    (it) => notice(inner(truth(it)), { sign: 'A'.repeat(32) }, '0'.repeat(32)),
    'undecryptable',
  ],
  [
    'a payment inside',
    (it) => notice(inner({ out_trade_no: it.other.outTradeNo, total_fee: '6800', result_code: 'SUCCESS' })),
    'malformed',
  ],
]

export const ROWS: Row[] = [...SEALED, ...ELSEWHERE, ...OUTSIDE, ...INSIDE, ...UNTRUE, ...MIXED]
