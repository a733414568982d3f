import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { tradeBill } from '../bill-samples'
import { openWire, refusal, signedAnswer } from './wire'

const DAY = '2026-01-05'
const FILE = Buffer.from(tradeBill([{}, {}]))
const LINK = {
  hash_type: 'SHA1',
  hash_value: createHash('sha1').update(FILE).digest('hex'),
  download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=abc',
}

/** A gateway whose first request is answered with a link, and whose second one with a file. */
async function download(link: () => Response, file: () => Response, kind: 'trade' | 'fund_flow' = 'trade') {
  const isLink = ({ target }: { target: string }) => target.startsWith('/v3/bill/')
  const { gateway, requests, calls } = openWire((asked) => (isLink(asked) ? link() : file()))
  const parts: Uint8Array[] = []
  const received = await gateway.downloadBill({ day: DAY, kind }, async (bytes) => void parts.push(bytes))
  return { received, bytes: Buffer.concat(parts), targets: requests.map(({ target }) => target), calls }
}

const packed = () => new Response(gzipSync(FILE))

test('a link is asked for and followed, both requests are signed, and the file is the one that was announced', async () => {
  const { received, bytes, targets, calls } = await download(() => signedAnswer(LINK), packed)
  const sha256 = createHash('sha256').update(FILE).digest('hex')
  expect(received).toEqual({ type: 'file', sha256, bytes: FILE.length })
  expect(bytes.equals(FILE)).toBe(true)
  expect(targets).toEqual([
    `/v3/bill/tradebill?bill_date=${DAY}&bill_type=ALL&tar_type=GZIP`,
    '/v3/billdownload/file?token=abc',
  ])
  // A token opens the file for whoever reads the log.
  expect(JSON.stringify(calls.slice(1))).not.toContain('abc')
  const flow = await download(() => signedAnswer(LINK), packed, 'fund_flow')
  expect(flow.targets[0]).toBe(`/v3/bill/fundflowbill?bill_date=${DAY}&account_type=BASIC&tar_type=GZIP`)
})

test.each([
  ['no bill', () => refusal(400, 'NO_STATEMENT_EXIST'), packed, 'no_bill'],
  ['not yet', () => refusal(400, 'STATEMENT_CREATING'), packed, 'creating'],
  ['not allowed', () => refusal(403, 'NO_AUTH'), packed, 'NO_AUTH'],
  ['an answer that nobody signed', () => new Response(JSON.stringify(LINK)), packed, null],
  [
    'a link to somebody else',
    () => signedAnswer({ ...LINK, download_url: 'https://elsewhere.example/x' }),
    packed,
    'foreign_link',
  ],
  [
    'a link that only begins like ours',
    () => signedAnswer({ ...LINK, download_url: 'https://api.mch.weixin.qq.com.example/x' }),
    packed,
    'foreign_link',
  ],
  ['another hash', () => signedAnswer({ ...LINK, hash_type: 'MD5' }), packed, 'no_download_url'],
  ['another file', () => signedAnswer(LINK), () => new Response(gzipSync('交易时间')), 'hash_differs'],
  ['a stale link', () => signedAnswer(LINK), () => refusal(400, 'INVALID_REQUEST'), 'http_400'],
  ['HTML', () => signedAnswer(LINK), () => new Response('<html>'), 'not_a_bill'],
])('%s is no bill, and a word says why', async (_, link, file, word) => {
  const { received } = await download(link, file)
  expect(received.type).not.toBe('file')
  if (word !== null) expect(received.type === 'failed' ? received.problem : received.type).toBe(word)
})
