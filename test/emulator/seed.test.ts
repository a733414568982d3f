import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { readEnvironment } from '@/lib/emulator/environment'
import type { Seed } from '@/lib/emulator/public'
import { FIXED_KEYS } from '../wechat/v3/keys'

const folder = mkdtempSync(join(tmpdir(), 'seed-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(content: unknown, more: Record<string, string> = {}) {
  const path = join(folder, 'seed.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return readEnvironment({ EMULATOR_SEED: path, ...more })
}
function problemOf(content: unknown, more: Record<string, string> = {}): string {
  const result = read(content, more)
  return result.ok ? '' : result.problems.join('\n').replaceAll(folder, '')
}

const ACCOUNT = { appid: 'wx0000000000000001', mch_id: '1900000001', api_key: 'a'.repeat(32) }
const ORDER = { out_trade_no: 'T1', total_fee: 100, notify_url: 'http://127.0.0.1:9/notify' }

test('a seed file has accounts, orders, faults and a clock', () => {
  const seed = { orders: [ORDER], faults: { lose: 1 }, clock: { advanceSeconds: 60 } }
  expect(read({ accounts: [ACCOUNT], ...seed })).toMatchObject({
    ok: true,
    value: { seed, accounts: [{ appid: ACCOUNT.appid, mchId: ACCOUNT.mch_id, apiKey: ACCOUNT.api_key }] },
  })
})

test('the seed file in README can be used', async () => {
  const [, text = ''] = /```json\n(\{\s+"accounts"[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? []
  const environment = read(text)
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const { accounts, seed } = environment.value
  const emulator = createEmulator({ accounts, keyMaker: FIXED_KEYS })
  onTestFinished(emulator.close)
  await emulator.seed(seed)
})

test.each<[unknown, string]>([
  ['{', 'EMULATOR_SEED /seed.json: is not JSON'],
  [{ order: [] }, 'Unrecognized key: "order"'],
  [{ orders: [{ ...ORDER, total_fee: 1.5 }] }, 'orders.0.total_fee must be whole fen'],
  [{ orders: [{ ...ORDER, out_trade_no: 'a b' }] }, 'orders.0.out_trade_no has 1 to 32 letters'],
  [{ orders: [{ ...ORDER, notify_url: 'ftp://x' }] }, 'orders.0.notify_url must be an http or https address'],
  [{ orders: [{ ...ORDER, refund: { out_refund_no: 'R', refund_fee: 1 } }] }, 'needs "trade_state": "SUCCESS"'],
  [{ faults: { loose: 1 } }, 'faults Unrecognized key: "loose"'],
  [{ clock: { advanceSeconds: -1 } }, 'clock.advanceSeconds'],
])('what cannot be used is told before the emulator starts: %j', (content, problem) => {
  expect(problemOf(content)).toContain(problem)
})

test('accounts come from one file only, and a file that is not there is told', () => {
  expect(problemOf({ accounts: [ACCOUNT] }, { EMULATOR_ACCOUNTS: '/x' })).toContain('both name accounts')
  expect(readEnvironment({ EMULATOR_SEED: '/nowhere' })).toMatchObject({
    problems: ['EMULATOR_SEED /nowhere: cannot be read'],
  })
})

/** An emulator on a ledger that outlives it. */
function open(name: string) {
  const emulator = createEmulator({ databaseUrl: `file:${join(folder, name)}`, keyMaker: FIXED_KEYS })
  onTestFinished(emulator.close)
  const state = async () => (await emulator.fetch(new Request('http://127.0.0.1/_control/state'))).json()
  return { ...emulator, state }
}

const SEED: Seed = {
  orders: [
    ORDER,
    { ...ORDER, out_trade_no: 'T2', trade_state: 'CLOSED', trade_type: 'APP' },
    {
      ...ORDER,
      out_trade_no: 'T3',
      api_version: 'v3',
      trade_state: 'SUCCESS',
      refund: { out_refund_no: 'R3', refund_fee: 30 },
    },
  ],
  faults: { lose: 1 },
  clock: { advanceSeconds: 3_600 },
}

test('the seed is there at the start, paid orders with their notification, and once only', async () => {
  const first = open('once.db')
  await first.seed(SEED)
  const state = await first.state()
  expect(state.orders).toMatchObject([
    { out_trade_no: 'T1', trade_state: 'NOTPAY', api_version: 'v2' },
    { out_trade_no: 'T2', trade_state: 'CLOSED', trade_type: 'APP' },
    { out_trade_no: 'T3', trade_state: 'REFUND', api_version: 'v3' },
  ])
  expect(state.refunds).toMatchObject([{ out_refund_no: 'R3', refund_fee: 30 }])
  expect(state.deliveries).toMatchObject([{ out_trade_no: 'T3', outcome: 'waiting', attempt: 1 }])
  expect(state.faults).toMatchObject({ lose: 1 })
  expect(state.now).toBeGreaterThanOrEqual(Date.now() + 3_590_000)
  await first.seed(SEED)
  expect((await first.state()).orders).toEqual(state.orders)
})

test('an impossible order is told by its number, and nothing of the seed is there', async () => {
  const emulator = open('impossible.db')
  const orders = [ORDER, { ...ORDER, out_trade_no: 'T9', mch_id: '1' }]
  await expect(emulator.seed({ orders })).rejects.toThrow('orders.1 (T9) is of an account that does not exist')
  const more = { out_refund_no: 'R', refund_fee: 101 }
  const tooMuch = [ORDER, { ...ORDER, out_trade_no: 'T8', trade_state: 'SUCCESS' as const, refund: more }]
  await expect(emulator.seed({ orders: tooMuch })).rejects.toThrow('(T8) cannot be refunded: more_than_left')
  expect((await emulator.state()).orders).toEqual([])
})
