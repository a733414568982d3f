import { createCipheriv, createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { explainSealed, SEALED_CAUSES } from '@/lib/wechat/v2/explain/sealed'
import { writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, NUMBER, openWire } from './wire'

const KEY = ACCOUNT.apiKey
const md5 = (text: string) => createHash('md5').update(text)
const CONTENT = { out_refund_no: 'R1', out_trade_no: NUMBER, refund_fee: '3000', refund_recv_accout: '支付用户零钱' }
const inner = writeXml(CONTENT, () => false, 'root')
const right = encryptReqInfo(inner, KEY)

/** Encrypts as a program with its own way to make the key. */
function seal(plain: string | Uint8Array, key: Uint8Array, hasPadding = true): string {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb', key, null).setAutoPadding(hasPadding)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}
const hexKey = Buffer.from(md5(KEY).digest('hex'))
const filled = Buffer.from(
  inner.padEnd(Math.ceil(Buffer.byteLength(inner) / 16) * 16 - Buffer.byteLength(inner) + inner.length, '\0'),
)

const notice = (sealed: string) =>
  writeXml({ return_code: 'SUCCESS', appid: ACCOUNT.appid, mch_id: ACCOUNT.mchId, nonce_str: 'n', req_info: sealed })

const { gateway } = openWire(() => new Response())
const explain = (body: string) =>
  gateway.explain({ apiVersion: 'v2', headers: {}, body: new TextEncoder().encode(body) }, async () => null)

const V3 = JSON.stringify({
  id: 'EV-1',
  event_type: 'REFUND.SUCCESS',
  resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'x', nonce: 'n', associated_data: 'refund' },
})

const CORPUS: [cause: string, what: string, body: string][] = [
  ['sealed_previous_key', 'the key before', notice(encryptReqInfo(inner, ACCOUNT.previousApiKey ?? ''))],
  ['sealed_sample_key', "the documentation's key", notice(encryptReqInfo(inner, '192006250b4c09247ec02edce69f6a2d'))],
  ['sealed_plain_key', 'the API key itself', notice(seal(inner, Buffer.from(KEY)))],
  ['sealed_raw_md5', 'the 16 bytes of its MD5', notice(seal(inner, md5(KEY).digest()))],
  ['sealed_upper_md5', 'its MD5 in capitals', notice(seal(inner, Buffer.from(md5(KEY).digest('hex').toUpperCase())))],
  ['sealed_rewritten', 'lines of 76 characters', notice(right.replace(/.{76}/g, '$&\r\n'))],
  ['sealed_rewritten', 'spaces in place of plus', notice(right.replaceAll('+', ' '))],
  ['sealed_rewritten', 'spaces between lines', notice(right.replace(/.{76}/g, '$& '))],
  ['sealed_rewritten', 'spaces in place of plus, and around it', notice(` ${right.replaceAll('+', ' ')} `)],
  ['sealed_rewritten', 'the alphabet of addresses', notice(Buffer.from(right, 'base64').toString('base64url'))],
  ['sealed_rewritten', 'no equals sign at its end', notice(right.replace(/=+$/, ''))],
  ['sealed_cut', 'half of it', notice(right.slice(0, right.length / 2))],
  ['sealed_cut', 'whole blocks, not all', notice(Buffer.from(right, 'base64').subarray(0, 64).toString('base64'))],
  ['sealed_cut', 'a character less', notice(right.slice(0, -5))],
  ['sealed_cut', 'blocks after a line break', notice(seal(Buffer.from(`\n${inner}`).subarray(0, 64), hexKey, false))],
  ['sealed_padding', 'zeros to fill it', notice(seal(filled, hexKey, false))],
  ['sealed_charset', 'GBK in it', notice(seal(writeGbk(inner) ?? '', hexKey))],
  ['sealed_other_root', 'the root of other messages', notice(encryptReqInfo(writeXml(CONTENT), KEY))],
  ['sealed_no_xml', 'JSON in it', notice(encryptReqInfo('{"refund_fee":3000}', KEY))],
  ['sealed_no_xml', 'a DOCTYPE in it', notice(encryptReqInfo(`<!DOCTYPE root>${inner}`, KEY))],
  ['v3_message', 'the form of API v3', V3],
  ['sealed_other_key', 'a root behind a text', notice(seal(Buffer.from(`x${inner}`).subarray(0, 64), hexKey, false))],
  ['sealed_other_key', 'bytes of chance', notice(seal(Buffer.from([0xff, 0xfe, 0xff]), hexKey))],
  ['sealed_other_key', 'an unknown key', notice(encryptReqInfo(inner, 'x'.repeat(32)))],
]

test.each(CORPUS)('%s is found out: %s', async (cause, _, body) => {
  const explanation = await explain(body)
  expect(explanation).toMatchObject({ isRight: false, mistake: { cause, signedText: null } })
  expect(explanation.problem).not.toBe(null)
})

test('every cause is found in some message', () => {
  expect([...new Set(CORPUS.map(([cause]) => cause))]).toEqual([...SEALED_CAUSES])
})

test('what is in a notice is shown behind what is around it', async () => {
  expect(await explain(notice(right))).toEqual({
    apiVersion: 'v2',
    problem: null,
    isSealed: true,
    isRight: true,
    signType: 'MD5',
    signedText: null,
    receivedSign: null,
    mistake: null,
    fields: [
      ['return_code', 'SUCCESS'],
      ['appid', ACCOUNT.appid],
      ['mch_id', ACCOUNT.mchId],
      ['nonce_str', 'n'],
      ['req_info', `${right.slice(0, 64)}…`],
      ['req_info.out_refund_no', 'R1'],
      ['req_info.out_trade_no', NUMBER],
      ['req_info.refund_fee', '3000'],
      ['req_info.refund_recv_accout', '支付用户零钱'],
    ],
  })
})

test('what another key opens is shown too, and is not right', async () => {
  const { fields, isRight } = await explain(notice(encryptReqInfo(inner, ACCOUNT.previousApiKey ?? '')))
  expect(isRight).toBe(false)
  expect(fields).toContainEqual(['req_info.refund_fee', '3000'])
})

test.each([
  ['nothing', '', 'not_base64'],
  ['a word', '茶', 'not_base64'],
  ['too much', 'A'.repeat(20_000), 'too_long'],
  ['a cut block of chance', Buffer.alloc(20, 7).toString('base64'), 'not_whole_blocks'],
])('of %s nothing is made up', async (_, sealed, problem) => {
  expect(await explain(notice(sealed))).toMatchObject({ isRight: false, problem, mistake: null })
})

test('no key is in an explanation, wherever it stood', async () => {
  const body = notice(
    encryptReqInfo(
      writeXml({ a: KEY, b: ACCOUNT.previousApiKey ?? '' }, () => false, 'root'),
      KEY,
    ),
  )
  const shown = JSON.stringify(await explain(body))
  expect(shown).not.toContain(KEY)
  expect(shown).not.toContain(ACCOUNT.previousApiKey)
  expect(shown).toContain('***')
})

test('JSON that is no message of API v3 is not called one', async () => {
  expect(await explain('{"resource":"x"}')).toMatchObject({ mistake: null })
  expect(await explain('[1]')).toMatchObject({ mistake: null })
})

test('a key that has none before it, or is as long as no other, is looked at like any other', () => {
  const sealed = encryptReqInfo(inner, 'x'.repeat(32))
  const unknown = { cause: 'sealed_other_key', problem: 'bad_padding', fields: null }
  for (const current of [KEY, KEY.slice(1)]) {
    expect(explainSealed(sealed, { current, previous: null, sample: KEY })).toEqual(unknown)
  }
  expect(explainSealed(right, { current: KEY.slice(1), previous: null, sample: KEY }).cause).toBe('sealed_sample_key')
})
