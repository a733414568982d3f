import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { openWeChat, THANKS } from './wechat'

const NUMBER = 'T20260105-0001'

/** What each version of the books did not have yet. */
const UNDO: Record<number, string> = {
  2: `
    DROP INDEX deliveries_held; DROP TABLE faults;
    ALTER TABLE trades DROP COLUMN news; ALTER TABLE trades DROP COLUMN is_sandbox;
    ALTER TABLE requests DROP COLUMN explanation; ALTER TABLE requests DROP COLUMN faults;
    ALTER TABLE deliveries DROP COLUMN cause; ALTER TABLE deliveries DROP COLUMN faults;
    ALTER TABLE deliveries DROP COLUMN request_headers; ALTER TABLE deliveries DROP COLUMN reply_headers;
    ALTER TABLE deliveries DROP COLUMN is_held;
    PRAGMA user_version = 2`,
  1: 'ALTER TABLE authorizations DROP COLUMN openid; PRAGMA user_version = 1',
}

test.each([2, 1])('books of version %i are still read, and what waits in them is delivered', async (version) => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  const books = new Database(wechat.databaseUrl.slice('file:'.length))
  for (let from = 2; from >= version; from -= 1) books.exec(UNDO[from] ?? '')
  books.close()
  wechat.restart()
  expect((await wechat.readState()).orders).toMatchObject([{ out_trade_no: NUMBER, trade_state: 'SUCCESS' }])
  wechat.merchant.answer = async () => new Response(wechat.news.length === 1 ? 'not now' : THANKS)
  await wechat.control('clock', { advanceSeconds: 15 })
  expect(wechat.news.map((it) => it.fields.out_trade_no)).toEqual([NUMBER, NUMBER])
  expect((await wechat.place({ out_trade_no: 'AFTER-1' })).result_code).toBe('SUCCESS')
})

test('books of a later version are not touched', () => {
  const wechat = openWeChat()
  const books = new Database(wechat.databaseUrl.slice('file:'.length))
  books.pragma('user_version = 1000')
  books.close()
  expect(wechat.restart).toThrow('newer version')
  expect(() => createEmulator({ databaseUrl: 'ledger.db' })).toThrow('file:<path>')
})

test('without any option it is a whole WeChat Pay in memory, with the demo account', async () => {
  const emulator = createEmulator()
  const request = new Request('http://127.0.0.1:4000/_control/state')
  expect(await (await emulator.fetch(request)).json()).toMatchObject({ orders: [], deliveries: [], faults: {} })
  emulator.close()
})
