import type { Equivalent } from './equivalents'

const UTF8_ANYHOW = 'Node takes a text for UTF-8 unless told otherwise'
const CUT = 'lib/wechat/v2/explain/cut.ts'
const EXPLAIN = 'lib/wechat/v2/explain/explain.ts'
const MISTAKES = 'lib/wechat/v2/explain/mistakes.ts'
const YIELDS = 'if (changed.length > 0) yield { text: rightText(rewritten), ...(only && { field: only[0] }) }'
const LEADS_NOWHERE = 'the right text leads to no signature that has to be explained'
const NODE_20 = 'Node 20 reads Windows-1252 as Latin-1, so one of the two is enough there'
const EXPLANATION = 'lib/wechat/v2/explain/explanation.ts'
const DECODES =
  'return charset === undefined ? null : new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body)'
const NAMED = "if (cause !== null && cause !== 'right') return { cause, draft }"
const RIGHT_BEFORE = 'under the key that counts a right signature was seen to before; under others the key is named'
const GBK = 'lib/wechat/v2/explain/gbk.ts'
const GBK_READS = "return new TextDecoder('gbk', { fatal: true, ignoreBOM: true }).decode(bytes)"
const SEALED = 'lib/wechat/v2/explain/sealed.ts'
const NO_DOCUMENT = 'neither begins as a document'
const NO_NUMBER = 'neither is a number that can be read'
const NULL_IS_LESS = 'null is less than one'

/** Changes of the protocol after which it does the same. */
export const IN_WECHAT: Equivalent[] = [
  {
    file: CUT,
    code: 'if (start === undefined) return null',
    to: 'false',
    why: 'what does not begin as a document cannot be read as one, however it ends',
  },
  {
    file: CUT,
    code: 'const start = /^\\s*(<\\?xml [^>]*\\?>\\s*)?<xml\\s*>/.exec(text)?.[0].length',
    to: '/\\s*(<\\?xml [^>]*\\?>\\s*)?<xml\\s*>/',
    why: 'what does not begin as a document cannot be read as one, however it ends',
  },
  {
    file: CUT,
    code: 'const match = /^\\s*<\\w+\\s*>[^<]*(<[\\s\\S]*)?$/.exec(text)',
    to: '/^\\s*<\\w+\\s*>[^<]*(<[\\s\\S]*)?/',
    why: 'it takes all that is left either way',
  },
  { file: CUT, code: '} catch {', to: '{}', why: NO_DOCUMENT },
  { file: CUT, code: "return ''", to: '"Stryker was here!"', why: NO_DOCUMENT },
  {
    file: EXPLAIN,
    code: "return [KEY, RIGHT_SIGN, current, previous ?? ''].reduce(",
    to: '"Stryker was here!"',
    why: 'no message says so',
  },
  { file: EXPLANATION, code: '} catch {', to: '{}', why: 'nothing is as much as no' },
  { file: EXPLANATION, code: DECODES, to: 'false', why: 'it is not UTF-8, as was seen before' },
  {
    file: EXPLANATION,
    code: "const text = problem === 'not_utf8' ? (readDeclared(headers['content-type'] ?? '', body) ?? readGbk(body)) : null",
    to: '"Stryker was here!"',
    why: 'neither declares an encoding',
  },
  {
    file: EXPLANATION,
    code: "const { req_info: sealed = '' } = fields",
    to: '"Stryker was here!"',
    why: 'what has no such field is no notice of a refund',
  },
  { file: EXPLAIN, code: NAMED, to: 'true', why: RIGHT_BEFORE },
  { file: EXPLAIN, code: NAMED, to: '""', why: RIGHT_BEFORE },
  { file: EXPLAIN, code: "if (received === hex) return 'right'", to: 'false', why: RIGHT_BEFORE },
  { file: EXPLAIN, code: "if (received === hex) return 'right'", to: '""', why: RIGHT_BEFORE },
  {
    file: EXPLAIN,
    code: 'if (characters > CHARACTERS_MAX) return null',
    to: 'characters >= CHARACTERS_MAX',
    why: 'work is never just so much',
  },
  { file: GBK, code: GBK_READS, to: 'false', why: 'a text in GBK has no mark of byte order' },
  {
    file: GBK,
    code: 'if (character !== null) table.set(character, (first << 8) | second)',
    to: 'true',
    why: 'nothing of a text is null',
  },
  {
    file: GBK,
    code: 'if (code > 0xff) bytes.push(code >> 8, code & 0xff)',
    to: 'code >= 0xff',
    why: 'one byte is at most 0x7f, and two are more than 0x8000',
  },
  {
    file: MISTAKES,
    code: 'const changed = rewritten.filter((it, at) => it[1] !== entries[at]?.[1])',
    to: 'entries[at][1]',
    why: 'there are as many as before',
  },
  { file: MISTAKES, code: YIELDS, to: 'true', why: LEADS_NOWHERE },
  { file: MISTAKES, code: YIELDS, to: 'changed.length >= 0', why: LEADS_NOWHERE },
  {
    file: MISTAKES,
    code: 'if (!known[name]) yield { text: rightText([...entries, [name, value]]), field: name }',
    to: 'true',
    why: 'a field that was sent is named as changed before',
  },
  {
    file: 'lib/wechat/v2/explain/rewrites.ts',
    code: "(value) => Buffer.from(value).toString('latin1'),",
    to: '() => undefined',
    why: NODE_20,
  },
  {
    file: 'lib/wechat/v2/explain/rewrites.ts',
    code: "(value) => new TextDecoder('windows-1252').decode(Buffer.from(value)),",
    to: '() => undefined',
    why: NODE_20,
  },
  {
    file: 'lib/wechat/v2/explain/rewrites.ts',
    code: 'return text.search(NOT_ASCII) !== -1',
    to: 'true',
    why: 'ASCII is the same in each of the encodings',
  },
  {
    file: SEALED,
    code: "['sealed_plain_key', Buffer.from(current, 'latin1')],",
    to: '""',
    why: UTF8_ANYHOW,
  },
  {
    file: SEALED,
    code: "['sealed_upper_md5', Buffer.from(md5.toString('hex').toUpperCase(), 'ascii')],",
    to: '""',
    why: UTF8_ANYHOW,
  },
  {
    file: SEALED,
    code: "const read = readFlatXml(new TextEncoder().encode(text ?? ''))",
    to: '"Stryker was here!"',
    why: 'neither is a document',
  },
  {
    file: 'lib/wechat/v2/found-refund.ts',
    code: "const { out_refund_no: outRefundNo = '', refund_id: refundId = '' } = fields",
    to: '"Stryker was here!"',
    why: NO_NUMBER,
  },
  {
    file: 'lib/wechat/v2/found-refund.ts',
    code: "const { out_trade_no: outTradeNo = '', transaction_id: transactionId = '' } = fields",
    to: '"Stryker was here!"',
    why: NO_NUMBER,
  },
  {
    file: 'lib/wechat/v2/found-refund.ts',
    code: "if (amountFen === null || amountFen < 1 || amountFen > paidFen) return { ok: false, field: 'refund_fee' }",
    to: 'false',
    why: NULL_IS_LESS,
  },
  {
    file: 'lib/wechat/v2/found-refund.ts',
    code: "const status = STATUSES.get(fields.refund_status ?? '')",
    to: '"Stryker was here!"',
    why: 'no state has such a name either',
  },
  {
    file: 'lib/wechat/v2/found-refund.ts',
    code: 'const succeededAt = said === null ? null : readSpacedTime(said)',
    to: 'false',
    why: 'no time is none that can be read',
  },
  {
    file: 'lib/wechat/v2/refund-notification.ts',
    code: "function openNotice({ apiKey }: MerchantAccount, { req_info: sealed = '' }: Fields): Opened {",
    to: '"Stryker was here!"',
    why: 'what has no such field is no notice of a refund',
  },
  {
    file: 'lib/wechat/v2/refund-query.ts',
    code: "if (count === null || count < 1 || count > PAGE_MAX) return { ok: false, field: 'refund_count' }",
    to: 'false',
    why: NULL_IS_LESS,
  },
  {
    file: 'lib/wechat/v2/refund-query.ts',
    code: "if (total === null || total < count) return { ok: false, field: 'total_refund_count' }",
    to: 'false',
    why: NULL_IS_LESS,
  },
  {
    file: 'lib/wechat/v2/refund-query.ts',
    code: "function readCount(text = ''): number | null {",
    to: '"Stryker was here!"',
    why: NO_NUMBER,
  },
  {
    file: 'lib/wechat/v2/refund-query.ts',
    code: "const { out_trade_no = '', transaction_id = '', total_fee = '' } = fields",
    to: '"Stryker was here!"',
    why: NO_NUMBER,
  },
  {
    file: 'lib/wechat/v2/refund.ts',
    code: "const { refund_id: refundId = '' } = fields",
    to: '"Stryker was here!"',
    why: NO_NUMBER,
  },
  {
    file: 'lib/wechat/v2/refund.ts',
    code: "if (found?.outRefundNo !== outRefundNo || others.length > 0) return doubtful(page.answer, 'another_number')",
    to: 'found.outRefundNo',
    why: 'a page has a refund at least',
  },
  {
    file: 'lib/wechat/v2/refund.ts',
    code: "if (page.refunds.some((it) => it.outTradeNo !== outTradeNo)) return doubtful(page.answer, 'another_payment')",
    to: 'page.refunds.every(it => it.outTradeNo !== outTradeNo)',
    why: 'an answer names one payment for all of its refunds',
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: 'names.sort((a, b) => (a < b ? -1 : 1))',
    to: 'a <= b',
    why: 'no two fields have the same name',
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: "return hash.update(textToSign(fields, key), 'utf8').digest('hex').toUpperCase()",
    to: '""',
    why: UTF8_ANYHOW,
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: "const received = Buffer.from(fields.sign ?? '')",
    to: '"Stryker was here!"',
    why: 'neither is as long as a signature',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })",
    to: '{}',
    why: 'the tag is always taken from 16 bytes; the length is said once more, in case that changes',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })",
    to: '{}',
    why: 'Node makes tags of 16 bytes unless told otherwise',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])",
    to: '""',
    why: UTF8_ANYHOW,
  },
]
