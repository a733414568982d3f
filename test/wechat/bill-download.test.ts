import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { receiveBill } from '@/lib/wechat/bill-download'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { tradeBill } from './bill-samples'
import { ACCOUNT, openWire } from './wire'

const FILE = Buffer.from(tradeBill(Array.from({ length: 200 }, () => ({}))))
const DAY = '2026-01-05'

/** The gateway and what it handed over. */
async function download(answer: () => Response, kind: 'trade' | 'fund_flow' = 'trade', changes = {}) {
  const { gateway, asked } = openWire(answer, changes)
  const parts: Uint8Array[] = []
  const received = await gateway.downloadBill({ day: DAY, kind }, async (bytes) => void parts.push(bytes))
  return { received, asked: asked[0], bytes: Buffer.concat(parts) }
}

/** A body that comes in pieces and may break off. */
function inPieces(bytes: Uint8Array, size: number, breaksAt = Number.POSITIVE_INFINITY): Response {
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= breaksAt) return controller.error(new Error('connection reset'))
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + size))
      at += size
    },
  })
  return new Response(body)
}

test('a bill comes compressed or not, in pieces of any size, and its hash is that of the file itself', async () => {
  const sha256 = createHash('sha256').update(FILE).digest('hex')
  for (const answer of [
    () => inPieces(FILE, 999),
    () => inPieces(gzipSync(FILE), 1),
    () => new Response(gzipSync(FILE)),
  ]) {
    const { received, bytes } = await download(answer)
    expect(received).toEqual({ type: 'file', sha256, bytes: FILE.length })
    expect(bytes.equals(FILE)).toBe(true)
  }
})

test('it is asked for by date and type, and the fund flow with the signature and the certificate that it wants', async () => {
  const { asked } = await download(() => inPieces(FILE, 999))
  expect(asked).toMatchObject({
    path: '/pay/downloadbill',
    fields: { bill_date: '20260105', bill_type: 'ALL', tar_type: 'GZIP' },
  })
  expect(isSignedWith(asked?.fields ?? {}, ACCOUNT.apiKey, 'MD5')).toBe(true)
  let certified = 0
  const fetch = async (request: Request) => {
    certified += 1
    expect(await request.text()).toContain('HMAC-SHA256')
    return inPieces(FILE, 999)
  }
  const { received } = await download(() => Response.error(), 'fund_flow', { certified: { fetch, whyOff: () => null } })
  expect([certified, received.type]).toEqual([1, 'file'])
})

const failure = (fields: Record<string, string>) => () => new Response(writeXml(fields))

test.each([
  [
    'No Bill Exist, without a signature',
    failure({ return_code: 'FAIL', return_msg: 'No Bill Exist', error_code: '20002' }),
    'no_bill',
  ],
  ['NO Bill Exist', failure({ return_code: 'FAIL', return_msg: 'NO Bill Exist' }), 'no_bill'],
  ['NO_BILL_EXIST', failure({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'NO_BILL_EXIST' }), 'no_bill'],
  ['Bill Creating', failure({ return_code: 'FAIL', return_msg: 'Bill Creating' }), 'creating'],
  ['BILL_CREATING', failure({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'BILL_CREATING' }), 'creating'],
  ['a sign error', failure({ return_code: 'FAIL', return_msg: 'sign error', error_code: '20001' }), 'sign error'],
  ['HTML', () => new Response('<html><body>502</body>'), 'not_a_bill'],
  ['JSON', () => new Response('{"code":"X"}'), 'not_a_bill'],
  ['nothing', () => new Response(null), 'empty'],
  ['HTTP 503', () => new Response('<html>', { status: 503 }), 'http_503'],
  ['half of a compressed file', () => inPieces(gzipSync(FILE).subarray(0, 200), 50), 'broken_gzip'],
  [
    'a compressed file with a wrong byte',
    () => inPieces(Buffer.from(gzipSync(FILE).map((it, at) => (at === 150 ? it ^ 1 : it))), 50),
    'broken_gzip',
  ],
  ['a connection that breaks', () => inPieces(FILE, 1_000, 3_000), 'no_connection'],
])('%s is no bill, and a word says why', async (_, answer, word) => {
  const { received } = await download(answer)
  expect(received.type === 'failed' ? received.problem : received.type).toBe(word)
})

test('a gigabyte is left after the limit, also when it comes compressed', async () => {
  const zeros = Buffer.alloc(1_000_000, 'x')
  let sent = 0
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += zeros.length
        controller.enqueue(zeros)
      },
    })
  let taken = 0
  const take = async (bytes: Uint8Array) => {
    taken += bytes.length
  }
  expect(await receiveBill(endless(), take, { bytesMax: 5_000_000 })).toEqual({ type: 'failed', problem: 'too_large' })
  expect(sent).toBeLessThan(9_000_000)
  const bomb = new Response(gzipSync(Buffer.alloc(50_000_000)))
  expect(await receiveBill(bomb.body, take, { bytesMax: 5_000_000 })).toEqual({ type: 'failed', problem: 'too_large' })
  expect(taken).toBeLessThanOrEqual(10_000_000)
})

test('what the store fails with is not the network', async () => {
  const { gateway } = openWire(() => new Response(FILE))
  const full = async () => {
    throw new Error('disk full')
  }
  await expect(gateway.downloadBill({ day: DAY, kind: 'trade' }, full)).rejects.toThrow('disk full')
})

test('somebody who sends nothing more is let go when the time is over', async () => {
  const stop = new AbortController()
  let isLetGo = false
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(gzipSync(FILE).subarray(0, 100)),
    cancel: () => {
      isLetGo = true
    },
  })
  const received = receiveBill(silent, async () => {}, { signal: stop.signal })
  stop.abort()
  expect((await received).type).toBe('failed')
  expect(isLetGo).toBe(true)
})
