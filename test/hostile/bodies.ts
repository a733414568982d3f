import { createHash } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Verdict } from '@/lib/shop/notification'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { KEY, type Scene, signed, signedXml } from './scene'

/** A body, what it is called, and what has to become of it. */
type Row = [name: string, body: (scene: Scene) => string | Uint8Array, verdict: Verdict]

const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase()
const without = (fields: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([it]) => it !== name))

/** A genuine notification of a payment that the shop has not heard of, and which would be believed. */
const genuine = (scene: Scene) => signed(scene.notification(scene.held))
const document = (scene: Scene) => writeXml(genuine(scene))

// Forged: whoever sends this does not have the key.

const forged = (name: string, signature: (fields: Record<string, string>) => string): Row => [
  name,
  ({ notification, held }) => {
    const fields = notification(held)
    return writeXml({ ...fields, sign: signature(fields) })
  },
  'bad_signature',
]
const keyed = (name: string, key: string): Row => forged(name, (fields) => sign(fields, key, 'MD5'))

const FORGED: Row[] = [
  ['no signature', ({ notification, held }) => writeXml(notification(held)), 'bad_signature'],
  [
    'a signature by another name',
    (it) => writeXml({ ...it.notification(it.held), Sign: genuine(it).sign ?? '' }),
    'bad_signature',
  ],
  [
    'no signature, in a notification of failure',
    ({ notification, held }) => writeXml(notification(held, { result_code: 'FAIL' })),
    'bad_signature',
  ],
  ['nothing but success', () => '<xml><return_code>SUCCESS</return_code></xml>', 'not_ours'],
  [
    'nothing but success for our account',
    ({ notification, held }) => {
      const { appid = '', mch_id = '', return_code = '' } = notification(held)
      return writeXml({ appid, mch_id, return_code })
    },
    'bad_signature',
  ],
  forged('an empty signature', () => ''),
  forged('a signature of zeros', () => '0'.repeat(32)),
  forged('a long signature of zeros', () => '0'.repeat(64)),
  forged('a signature by chance', () => 'B2F0A1C49D6E4B7F8A3C5D1E2F60718A'),
  forged('a signature of 60 KB', () => 'A'.repeat(60_000)),
  forged('a signature that means true', () => 'true'),
  forged('a signature that means nothing', () => 'null'),
  forged('a signature that is SQL', () => "' OR '1'='1"),
  forged('a signature in another alphabet', (fields) =>
    sign(fields, KEY, 'MD5').replace(/\d/g, (it) => String.fromCharCode(0xff10 + Number(it))),
  ),
  forged('the right signature in small letters', (fields) => sign(fields, KEY, 'MD5').toLowerCase()),
  forged('the right signature but its last character', (fields) => sign(fields, KEY, 'MD5').slice(0, -1)),
  forged('the right signature and one character more', (fields) => `${sign(fields, KEY, 'MD5')}0`),
  forged('the right signature after a space', (fields) => ` ${sign(fields, KEY, 'MD5')}`),
  forged('the right signature before a line break', (fields) => `${sign(fields, KEY, 'MD5')}\n`),
  forged('the right signature in Base64', (fields) => Buffer.from(sign(fields, KEY, 'MD5'), 'hex').toString('base64')),
  forged('HMAC-SHA256 that is not announced', (fields) => sign(fields, KEY, 'HMAC-SHA256')),
  forged('MD5 without a key', (fields) => md5(Object.values(fields).join(''))),
  keyed('an empty key', ''),
  keyed('the key in capitals', KEY.toUpperCase()),
  keyed('the key backwards', [...KEY].reverse().join('')),
  keyed('the key with a line break', `${KEY}\n`),
  keyed('the merchant number as key', '1900000109'),
  keyed('the masked key', '***'),
  ...['HMAC-SHA256', 'md5', 'NONE', 'RSA', 'WECHATPAY2-SHA256-RSA2048', '__proto__'].map(
    (type): Row => [
      `${type} announced, MD5 used`,
      ({ notification, held }) => signedXml(notification(held, { sign_type: type })),
      'bad_signature',
    ],
  ),
  [
    'HMAC-SHA256 announced and used, for a payment of MD5',
    ({ notification, held }) => {
      const fields = notification(held, { sign_type: 'HMAC-SHA256' })
      return writeXml({ ...fields, sign: sign(fields, KEY, 'HMAC-SHA256') })
    },
    'bad_signature',
  ],
  [
    'the signature of another payment’s notification',
    (it) => writeXml({ ...it.notification(it.held), sign: signed(it.notification(it.paid)).sign ?? '' }),
    'bad_signature',
  ],
]

// Tampered: a genuine message, changed on its way.

const NAMES = [
  'bank_type',
  'cash_fee',
  'fee_type',
  'is_subscribe',
  'nonce_str',
  'openid',
  'out_trade_no',
  'result_code',
]
const MORE_NAMES = ['time_end', 'total_fee', 'trade_type', 'transaction_id']
const tampered = (name: string, changes: Record<string, string>, verdict: Verdict = 'bad_signature'): Row => [
  name,
  (scene) => writeXml({ ...genuine(scene), ...changes }),
  verdict,
]

const TAMPERED: Row[] = [
  ...[...NAMES, ...MORE_NAMES].flatMap((name): Row[] => [
    tampered(`${name} changed`, { [name]: '1' }),
    [`${name} taken away`, (scene) => writeXml(without(genuine(scene), name)), 'bad_signature'],
  ]),
  tampered('another appid', { appid: 'wx0000000000000000' }, 'not_ours'),
  tampered('another merchant', { mch_id: '1600000001' }, 'not_ours'),
  tampered('a failed transport', { return_code: 'FAIL' }, 'failed_transport'),
  tampered('success in small letters', { return_code: 'success' }, 'failed_transport'),
  tampered('a field more', { attach: 'x' }),
  tampered('a coupon more', { coupon_fee: '6799', coupon_count: '1' }),
  tampered('another currency', { fee_type: 'JPY' }),
  tampered('zeros before the amount', { total_fee: '006800' }),
  tampered('a space after the amount', { total_fee: '6800 ' }),
  [
    'the notification of one payment for another',
    (it) => writeXml({ ...genuine(it), out_trade_no: it.waiting.payment.outTradeNo }),
    'bad_signature',
  ],
  [
    // The text that is signed does not tell these fields from one: the signature stays right, and the amount is gone.
    'two fields grown together under a right signature',
    (it) => {
      const fields = genuine(it)
      return writeXml({
        ...without(fields, 'total_fee'),
        time_end: `${fields.time_end}&total_fee=${fields.total_fee}`,
      })
    },
    'malformed',
  ],
]

// Replayed: a genuine notification that is known already, sent again in every form that means the same.

const known = ({ notification, paid }: Scene) => signed(notification(paid))

const REPLAYED: Row[] = [
  ['known notification again', (it) => writeXml(known(it)), 'already'],
  [
    'known notification with its fields backwards',
    (it) => writeXml(Object.fromEntries(Object.entries(known(it)).reverse())),
    'already',
  ],
  ['known notification with an empty field more', (it) => writeXml({ ...known(it), attach: '' }), 'already'],
  ['known notification with space around it', (it) => `\r\n ${writeXml(known(it))}\n\n`, 'already'],
  [
    'known notification with a declaration',
    (it) => `<?xml version="1.0" encoding="UTF-8"?>${writeXml(known(it))}`,
    'already',
  ],
  ['known notification without sections', (it) => writeXml(known(it)).replace(/<!\[CDATA\[|\]\]>/g, ''), 'already'],
  [
    'known notification with references for digits',
    (it) =>
      writeXml(known(it))
        .replace(/<total_fee>\d/, '<total_fee>&#x36;')
        .replace('<total_fee>&#x36;', `<total_fee>&#${known(it).total_fee?.charCodeAt(0)};`),
    'already',
  ],
  [
    'known notification with a page in a field',
    ({ notification, paid }) => signedXml(notification(paid, { attach: '<script>alert(1)</script>\u202e' })),
    'already',
  ],
  [
    'known notification with SQL in a field',
    ({ notification, paid }) => signedXml(notification(paid, { attach: "'; DROP TABLE orders; --" })),
    'already',
  ],
  [
    'known notification with a document type in a section',
    ({ notification, paid }) =>
      signedXml(notification(paid, { attach: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;' })),
    'already',
  ],
  [
    'known notification with fields of inherited names',
    ({ notification, paid }) => signedXml(notification(paid, { toString: '1', valueOf: '2', hasOwnProperty: '3' })),
    'already',
  ],
]

// Malformed: a genuine notification in a form that is no message of WeChat.

const around = (name: string, change: (text: string) => string | Uint8Array): Row => [
  name,
  (scene) => change(document(scene)),
  'malformed',
]
const inside = (name: string, markup: string) => around(name, (text) => text.replace('<xml>', `<xml>${markup}`))
const doctype = (name: string, type: string) => around(name, (text) => `<!DOCTYPE ${type}>${text}`)
const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')

const MALFORMED: Row[] = [
  ['nothing', () => '', 'malformed'],
  ['white space', () => ' \n\t ', 'malformed'],
  ['one word', () => 'SUCCESS', 'malformed'],
  ['JSON', (it) => JSON.stringify({ xml: genuine(it) }), 'malformed'],
  ['a form', (it) => new URLSearchParams(genuine(it)).toString(), 'malformed'],
  [
    'notification of version 3',
    () => '{"id":"EV-2018022511223320873","event_type":"TRANSACTION.SUCCESS","resource":{}}',
    'malformed',
  ],
  [
    'YAML',
    (it) =>
      Object.entries(genuine(it))
        .map((pair) => pair.join(': '))
        .join('\n'),
    'malformed',
  ],
  ['HTML', () => '<!doctype html><html><body>502 Bad Gateway</body></html>', 'malformed'],
  around('an envelope of SOAP', (text) => `<Envelope><Body>${text}</Body></Envelope>`),
  around('another root', (text) => text.replaceAll('xml>', 'root>')),
  around('a root in capitals', (text) => text.replaceAll('xml>', 'XML>')),
  around('a root in a namespace', (text) =>
    text.replaceAll('xml>', 'w:xml>').replace('<w:xml>', '<w:xml xmlns:w="urn:w">'),
  ),
  around('two roots', (text) => text + text),
  around('text before the root', (text) => `x${text}`),
  around('text after the root', (text) => `${text}x`),
  around('a section after the root', (text) => `${text}<![CDATA[x]]>`),
  around('a comment before the root', (text) => `<!-- -->${text}`),
  inside('a comment', '<!-- <total_fee>1</total_fee> -->'),
  inside('a processing instruction', '<?php echo 1 ?>'),
  inside(
    'an inclusion',
    '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
  ),
  inside('nesting', '<a><total_fee>1</total_fee></a>'),
  inside('an amount twice', '<total_fee>1</total_fee>'),
  inside('a signature twice', '<sign></sign>'),
  inside('text between fields', 'total_fee=1'),
  inside('a name with a dash', '<total-fee>1</total-fee>'),
  inside('a name of another alphabet', '<tоtal_fee>1</tоtal_fee>'),
  inside('a field named __proto__', '<__proto__>1</__proto__>'),
  inside('a field named constructor', '<constructor>1</constructor>'),
  inside('400 fields more', Array.from({ length: 400 }, (_, at) => `<f${at}>1</f${at}>`).join('')),
  inside('a thousand levels', '<a>'.repeat(1_000) + '</a>'.repeat(1_000)),
  around('an attribute', (text) => text.replace('<total_fee>', '<total_fee type="int">')),
  around('crossed tags', (text) => text.replace('</total_fee>', '</cash_fee>')),
  around('a section in a section', (text) => text.replace('<![CDATA[SUCCESS]]>', '<![CDATA[<![CDATA[SUCCESS]]>]]>')),
  around('a tag that never ends', (text) => text.replace('</xml>', '</xml')),
  ...[2, 5, 20, 100, 300].map((bytes) =>
    around(`a message without its last ${bytes} bytes`, (text) => text.slice(0, -bytes)),
  ),
  around('a message without its beginning', (text) => text.slice(20)),
  doctype('a document type', 'xml'),
  doctype('an external file', 'xml SYSTEM "file:///etc/passwd"'),
  doctype('an external address', 'xml SYSTEM "http://127.0.0.1:9/x.dtd"'),
  doctype('an entity that is a file', 'xml [<!ENTITY x SYSTEM "file:///etc/passwd">]'),
  doctype('an entity of parameters', 'xml [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]'),
  doctype('a billion laughs', `xml [<!ENTITY l0 "ha">${entities}]`),
  doctype('a default attribute', 'xml [<!ATTLIST total_fee x CDATA "1">]'),
  ['64 KiB of one letter', () => 'x'.repeat(64 * 1024), 'malformed'],
  ['64 KiB of opening brackets', () => '<'.repeat(64 * 1024), 'malformed'],
  ['64 KiB of sections that never end', () => '<![CDATA['.repeat(7_281), 'malformed'],
]

// Encodings: the same message in other bytes.

const bytes = (name: string, change: (text: string) => Uint8Array): Row => around(name, change)
const utf32 = (text: string) => Buffer.concat([...text].map((it) => Buffer.from([0, 0, 0, it.charCodeAt(0)])))
const spoiled = (name: string, ...wrong: number[]) =>
  bytes(name, (text) => {
    const [head = '', tail = ''] = text.split('OTHERS')
    return Buffer.concat([Buffer.from(head), Buffer.from(wrong), Buffer.from(tail)])
  })

const ENCODINGS: Row[] = [
  bytes('UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  bytes('UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')),
  bytes('UTF-16, big end first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()),
  bytes('UTF-32', utf32),
  around('a byte order mark', (text) => `\ufeff${text}`),
  around('UTF-7', (text) => text.replaceAll('<', '+ADw-')),
  around('Base64', (text) => Buffer.from(text).toString('base64')),
  around('URL encoding', encodeURIComponent),
  bytes('gzip', (text) => gzipSync(text)),
  bytes('deflate', (text) => deflateSync(text)),
  bytes('brotli', (text) => brotliCompressSync(text)),
  bytes('GBK', (text) => writeGbk(text.replace('OTHERS', '茶')) ?? Buffer.alloc(0)),
  around('GBK declared', (text) => `<?xml version="1.0" encoding="GBK"?>${text}`),
  around('UTF-16 declared', (text) => `<?xml version="1.0" encoding="UTF-16"?>${text}`),
  around('version 1.1', (text) => `<?xml version="1.1"?>${text}`),
  bytes('Latin-1', (text) => Buffer.from(text.replace('OTHERS', 'é'), 'latin1')),
  spoiled('an overlong form', 0xc0, 0xaf),
  spoiled('half a pair of surrogates', 0xed, 0xa0, 0x80),
  spoiled('beyond Unicode', 0xf4, 0x90, 0x80, 0x80),
  spoiled('a cut character', 0xe8, 0x8c),
  spoiled('NUL', 0x00),
  spoiled('an escape character', 0x1b, 0x5b, 0x33, 0x31, 0x6d),
  spoiled('U+FFFF', 0xef, 0xbf, 0xbf),
  tampered('Cyrillic letters', { return_code: 'ЅUССЕЅЅ' }, 'failed_transport'),
  tampered('digits of another script', { total_fee: '６８００' }),
  tampered('a space of no width', { out_trade_no: '\u200b' }),
  tampered('UTF-8 read as Latin-1', { bank_type: Buffer.from('茶').toString('latin1') }),
]

// Entities: references, good and bad.

const inValue = (name: string, reference: string, verdict: Verdict = 'malformed'): Row => [
  name,
  (scene) => document(scene).replace('<![CDATA[OTHERS]]>', reference),
  verdict,
]

const ENTITIES: Row[] = [
  inValue('an entity that nobody declared', '&xxe;'),
  inValue('an entity of HTML', '&nbsp;'),
  inValue('a bare ampersand', 'A&B'),
  inValue('a reference without an end', '&#65'),
  inValue('a reference to NUL', '&#0;'),
  inValue('a reference to an escape character', '&#x1b;'),
  inValue('a reference to half a pair', '&#xD800;'),
  inValue('a reference beyond Unicode', '&#x110000;'),
  inValue('a reference of many digits', `&#${'9'.repeat(5_000)};`),
  inValue('a reference of parameters', '%x;&y;'),
  inValue('an inherited name', '&constructor;'),
  inValue('a reference to markup', '&lt;total_fee&gt;1&lt;/total_fee&gt;', 'bad_signature'),
  inValue('a reference that is escaped twice', '&amp;#79;THERS', 'bad_signature'),
  inValue('a reference in a section', '<![CDATA[&#79;THERS]]>', 'bad_signature'),
  inValue('10,000 references', '&amp;'.repeat(10_000), 'bad_signature'),
]

// Signed, but wrong: whoever sends this has the key, and WeChat would not say it.

const wrong = (name: string, changes: Record<string, string>, verdict: Verdict): Row => [
  name,
  ({ notification, held }) => signedXml(notification(held, changes)),
  verdict,
]

const SIGNED_BUT_WRONG: Row[] = [
  ['a payment that nobody made', ({ notification, waiting }) => signedXml(notification(waiting)), 'contradicted'],
  ['a payment of a closed order', ({ notification, closed }) => signedXml(notification(closed)), 'contradicted'],
  wrong('another transaction', { transaction_id: '4200000000000000000000000001' }, 'contradicted'),
  [
    'a second transaction of a paid order',
    ({ notification, paid }) => signedXml(notification(paid, { transaction_id: '4200000000000000000000000002' })),
    'contradicted',
  ],
  [
    'the transaction of another order',
    ({ notification, held, waiting }) =>
      signedXml(notification(waiting, { transaction_id: notification(held).transaction_id ?? '' })),
    'contradicted',
  ],
  wrong('one fen less', { total_fee: '1' }, 'wrong_amount'),
  wrong('nothing', { total_fee: '0' }, 'wrong_amount'),
  wrong('a fortune', { total_fee: '999999999999' }, 'wrong_amount'),
  wrong('dollars', { fee_type: 'USD' }, 'wrong_amount'),
  wrong('an unknown number', { out_trade_no: '20260301000000unknown' }, 'unknown_payment'),
  [
    'a number in small letters',
    ({ notification, held }) => signedXml(notification(held, { out_trade_no: held.payment.outTradeNo.toLowerCase() })),
    'unknown_payment',
  ],
  [
    'the number of the order instead of the payment',
    ({ notification, held }) => signedXml(notification(held, { out_trade_no: held.order.id })),
    'unknown_payment',
  ],
  wrong('another appid', { appid: 'wx0000000000000000' }, 'not_ours'),
  wrong('another merchant', { mch_id: '1600000001' }, 'not_ours'),
  wrong('no merchant', { mch_id: '' }, 'not_ours'),
  wrong('the appid of another case', { appid: 'WXD930EA5D5A258F4F' }, 'not_ours'),
  wrong('a failed transport', { return_code: 'FAIL' }, 'failed_transport'),
  wrong('no return code', { return_code: '' }, 'failed_transport'),
  wrong('a return code in small letters', { return_code: 'success' }, 'failed_transport'),
  wrong('a failed payment', { result_code: 'FAIL', err_code: 'NOTENOUGH' }, 'payment_failed'),
  wrong('a failed payment of an unknown number', { result_code: 'FAIL', out_trade_no: 'unknown' }, 'unknown_payment'),
  ...['', '68.00', '1e2', '-6800', '0x1A90', ' 6800', '06800', '６８００', '9'.repeat(20), 'NaN'].map((total_fee) =>
    wrong(`an amount written "${total_fee}"`, { total_fee }, 'malformed'),
  ),
  ...['', '20260230100105', '2026-03-01 10:01:05', '9'.repeat(14)].map((time_end) =>
    wrong(`a time written "${time_end}"`, { time_end }, 'malformed'),
  ),
  ...['', '4'.repeat(33), "4' OR 1=1", '../../etc/passwd'].map((transaction_id) =>
    wrong(`a transaction written "${transaction_id}"`, { transaction_id }, 'malformed'),
  ),
  ...['', 'x'.repeat(33), "x' OR 1=1"].map((out_trade_no) =>
    wrong(`a number written "${out_trade_no}"`, { out_trade_no }, 'malformed'),
  ),
]

export const ROWS: [kind: string, ...Row][] = Object.entries({
  forged: FORGED,
  tampered: TAMPERED,
  replayed: REPLAYED,
  malformed: MALFORMED,
  encodings: ENCODINGS,
  entities: ENTITIES,
  'signed but wrong': SIGNED_BUT_WRONG,
}).flatMap(([kind, rows]) => rows.map((row): [string, ...Row] => [kind, ...row]))
