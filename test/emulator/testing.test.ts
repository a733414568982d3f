import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestEmulator } from '@/lib/emulator/public'
import { startEmulator } from '@/lib/emulator/testing'
import { FIXED_KEYS } from '../wechat/v3/keys'

let wechat: TestEmulator
let acknowledges = true
const shop = createServer((_, reply) => {
  reply.end(`<xml><return_code><![CDATA[${acknowledges ? 'SUCCESS' : 'FAIL'}]]></return_code></xml>`)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const notify_url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/notify`
  const order = { total_fee: 8800, notify_url }
  wechat = await startEmulator({
    keyMaker: FIXED_KEYS,
    seed: {
      orders: [
        { ...order, out_trade_no: 'T1' },
        { ...order, out_trade_no: 'T2' },
      ],
    },
  })
})
beforeEach(async () => {
  acknowledges = true
  await wechat.reset()
})
afterAll(async () => {
  await wechat.stop()
  shop.close()
})

test('a wait ends with the reply of the program, also when it began before the payment', async () => {
  const waiting = wechat.waitForNotification({ out_trade_no: 'T2' })
  await wechat.pay('T1')
  await wechat.pay('T2')
  expect(await waiting).toMatchObject({ out_trade_no: 'T2', outcome: 'accepted', http_status: 200, attempt: 1 })
  // The other one came meanwhile, and was kept for who asks for it.
  expect(await wechat.waitForNotification()).toMatchObject({ out_trade_no: 'T1' })
})

test('each attempt is given once, and a refused one is followed by the next when its time has come', async () => {
  acknowledges = false
  await wechat.pay('T1')
  expect(await wechat.waitForNotification()).toMatchObject({ outcome: 'refused', attempt: 1 })
  acknowledges = true
  await wechat.advance(15)
  expect(await wechat.waitForNotification({ outcome: 'accepted' })).toMatchObject({ attempt: 2 })
})

test('a wait that is in vain says what came instead', async () => {
  await wechat.pay('T1')
  await wechat.waitForNotification({ outcome: 'accepted' })
  await expect(wechat.waitForNotification({ out_trade_no: 'T1' }, 1)).rejects.toThrow('nobody was notified')
  await wechat.pay('T2')
  const arrived = wechat.waitForNotification({ out_trade_no: 'T2' })
  const waiting = wechat.waitForNotification({ attempt: 9 }, 1)
  await expect(waiting).rejects.toThrow('no notification like {"attempt":9} within 1 ms')
  await arrived
})

test('a reset forgets payments, faults and what nobody took, and the seed is there again', async () => {
  await wechat.setFaults({ lose: { probability: 1 } })
  await wechat.pay('T1')
  await wechat.reset()
  await wechat.pay('T1')
  expect(await wechat.waitForNotification()).toMatchObject({ out_trade_no: 'T1', outcome: 'accepted' })
  await expect(wechat.pay('T1')).rejects.toThrow('the emulator refuses pay: {"error":"order_paid"')
})

test('accounts have all that a client needs', async () => {
  const [account] = await wechat.accounts()
  expect(account).toMatchObject({ mch_id: '1900000109', certificate: expect.stringContaining('BEGIN CERTIFICATE') })
})
