import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { openV3 } from './v3'

const ASK = '/v3/bill/tradebill?bill_date=2026-01-05&bill_type=ALL'

async function openDay() {
  const wechat = openV3()
  await wechat.placeV3()
  const { orders } = await wechat.readState()
  await wechat.pay(orders[0]?.out_trade_no ?? '')
  await wechat.control('clock', { advanceSeconds: 22 * 3600 })
  return wechat
}

test('a bill of v3 is asked for, and its link followed: the file is that of the hash, and lists what v2 lists', async () => {
  const wechat = await openDay()
  const { status, body, headers } = await wechat.callV3('GET', ASK)
  expect(status).toBe(200)
  expect(headers.get('wechatpay-signature')).not.toBeNull()
  const path = String(body.download_url).replace('http://127.0.0.1:4000', '')
  const { text } = await wechat.callV3('GET', path)
  // Reading a text takes its byte order mark away.
  expect(createHash('sha1').update(`\ufeff${text}`).digest('hex')).toBe(body.hash_value)
  expect(text).toContain((await wechat.readState()).orders[0]?.transaction_id)
})

test('a link is good for five minutes, a day that is not over has no bill, and one without money neither', async () => {
  const wechat = await openDay()
  const { body } = await wechat.callV3('GET', ASK)
  await wechat.control('clock', { advanceSeconds: 301 })
  const path = String(body.download_url).replace('http://127.0.0.1:4000', '')
  expect(await wechat.callV3('GET', path)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
  const of = (day: string) => wechat.callV3('GET', `/v3/bill/tradebill?bill_date=${day}`)
  expect((await of('2026-01-06')).body.code).toBe('INVALID_REQUEST')
  expect((await of('2026-01-04')).body.code).toBe('NO_STATEMENT_EXIST')
  await wechat.setFaults({ billLate: 1 })
  expect((await of('2026-01-05')).body.code).toBe('STATEMENT_CREATING')
})
