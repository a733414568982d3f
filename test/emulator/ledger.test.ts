import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { forgetRefunds, makeOld } from './old-ledgers'
import { ACKNOWLEDGED, appid, openWeChat } from './wechat'

const NUMBER = 'T20260105-0001'

const pathOf = ({ databaseUrl }: { databaseUrl: string }) => databaseUrl.slice('file:'.length)

/** A ledger with a paid, a closed and a waiting order. */
async function openUsed() {
  const wechat = openWeChat()
  await wechat.place({ sign_type: 'MD5', device_info: 'WEB' })
  await wechat.place({ out_trade_no: 'CLOSED-1' })
  await wechat.closeOrder('CLOSED-1')
  await wechat.place({ out_trade_no: 'WAITING-1', sign_type: 'MD5' })
  await wechat.setFaults({ orders: { 'WAITING-1': { lose: 1 } } })
  await wechat.control('clock', { advanceSeconds: 3600 })
  await wechat.pay(NUMBER)
  return wechat
}

test.each([3, 2, 1])('a ledger of version %i is still read, and what waits in it is delivered', async (version) => {
  const wechat = await openUsed()
  const before = await wechat.readState()
  makeOld(pathOf(wechat), version)
  wechat.restart()

  const after = await wechat.readState()
  expect({ ...after, faults: {} }).toEqual({ ...before, faults: {} })
  if (version === 3) expect(after.faults).toEqual(before.faults)
  wechat.merchant.answer = async () => new Response(wechat.notifications.length === 1 ? 'not now' : ACKNOWLEDGED)
  await wechat.control('clock', { advanceSeconds: 15 })
  expect(wechat.notifications.map((it) => it.fields.out_trade_no)).toEqual([NUMBER, NUMBER])
  expect(wechat.notifications[1]?.text).toBe(wechat.notifications[0]?.text)
  // What was placed with the type of signature said is asked for again without.
  expect((await wechat.place({ out_trade_no: 'WAITING-1' })).result_code).toBe('SUCCESS')
  expect((await wechat.place({ out_trade_no: 'AFTER-1' })).result_code).toBe('SUCCESS')
})

test('a ledger from before refunds is still read, and what was paid in it can be refunded', async () => {
  const wechat = await openUsed()
  const before = await wechat.readState()
  forgetRefunds(pathOf(wechat))
  wechat.restart()
  expect(await wechat.readState()).toEqual(before)
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
  await wechat.control('clock', { advanceSeconds: 5 })
  expect(wechat.notifications.map((it) => it.url)).toEqual([
    'http://127.0.0.1:3000/api/wechat/notify',
    'http://127.0.0.1:3000/api/wechat/notify/refund',
  ])
  expect((await wechat.readState()).balances).toMatchObject([{ balance: 0 }])
})

test('an old ledger becomes one like all others, down to the last table and index', async () => {
  const schemaOf = (path: string) => {
    const file = new Sqlite(path, { readonly: true })
    const rows = file.prepare('select type, name, sql from sqlite_master order by type, name').all()
    const version = file.pragma('user_version', { simple: true })
    file.close()
    return { rows, version }
  }
  const [fresh, old] = [await openUsed(), await openUsed()]
  makeOld(pathOf(old), 1)
  old.restart()
  expect(schemaOf(pathOf(old))).toEqual(schemaOf(pathOf(fresh)))
})

test.each([
  'pragma user_version = 1000',
  "insert into __drizzle_migrations (hash, created_at) values ('later', 9999999999999)",
])('a ledger of a later version is not touched: %s', (mark) => {
  const wechat = openWeChat()
  const file = new Sqlite(pathOf(wechat))
  file.exec(mark)
  file.close()
  expect(wechat.restart).toThrow('newer version')
})

test('a ledger whose address is none is refused', () => {
  expect(() => createEmulator({ databaseUrl: 'ledger.db' })).toThrow('file:<path>')
})

test('without any option it is a whole WeChat Pay in memory, with the demo account', async () => {
  const emulator = createEmulator()
  const request = new Request('http://127.0.0.1:4000/_control/state')
  expect(await (await emulator.fetch(request)).json()).toMatchObject({ orders: [], deliveries: [], faults: {} })
  emulator.close()
})

test('a ledger that strangers fill forgets its oldest part, and goes on with the rest', async () => {
  const bytesMax = 600_000
  const wechat = openWeChat({ isOpen: true, ledgerBytesMax: bytesMax })
  const numberOf = (n: number) => `FILL-${String(n).padStart(4, '0')}`
  for (let n = 0; n < 80; n += 1) {
    await wechat.place({ out_trade_no: numberOf(n), detail: `{"a":"${'x'.repeat(5_000)}"}` })
    await wechat.pay(numberOf(n))
    const target = encodeURIComponent('http://127.0.0.1:3000/back')
    const query = `appid=${appid}&redirect_uri=${target}&response_type=code&scope=snsapi_base&state=${n}`
    expect((await wechat.get(`/connect/oauth2/authorize?${query}`)).status).toBe(302)
  }
  const file = new Sqlite(pathOf(wechat), { readonly: true })
  const pragma = (name: string) => Number(file.pragma(name, { simple: true }))
  expect(pragma('page_count') * pragma('page_size')).toBeLessThan(bytesMax + 100_000)
  expect(file.pragma('foreign_key_check')).toEqual([])
  const count = (table: string) => Number(file.prepare(`select count(*) from ${table}`).pluck().get())
  for (const table of ['trades', 'requests', 'authorizations', 'deliveries']) {
    expect(count(table)).toBeGreaterThan(10)
    expect(count(table)).toBeLessThan(170)
  }
  file.close()
  expect((await wechat.query({ out_trade_no: numberOf(79) })).trade_state).toBe('SUCCESS')
  expect((await wechat.query({ out_trade_no: numberOf(0) })).err_code).toBe('ORDERNOTEXIST')
})
