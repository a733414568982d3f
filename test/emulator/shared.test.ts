import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import type { Emulator, RunningEmulator } from '@/lib/emulator/public'
import { openShared, shareEmulator } from '@/lib/emulator/shared'

/* An emulator that one process plays, and that another one passes its requests on to. */

let played: Emulator
let shared: RunningEmulator
let stop: () => Promise<void>
beforeEach(async () => {
  played = createEmulator({ basePath: '/emulator', hosts: ['shop.example'] })
  const server = await shareEmulator(played)
  shared = openShared(server.url)
  stop = server.stop
})
afterEach(async () => {
  await stop()
  played.close()
})

const ask = (path: string, init: RequestInit = {}, remoteAddress?: string) =>
  shared.fetch(
    new Request(`http://shop.example/emulator${path}`, init),
    remoteAddress === undefined ? undefined : { remoteAddress },
  )
const control = (path: string, body: object, method = 'POST') =>
  ask(`/_control/${path}`, {
    method,
    headers: { 'content-type': 'application/json', host: 'shop.example' },
    body: JSON.stringify(body),
  })

test('what is asked of it is asked of the one that is played, and answered alike', async () => {
  expect((await control('balance', { balance: 7 }, 'PUT')).status).toBe(200)
  const state = (await (await ask('/_control/state')).json()) as { balances: { balance: number }[] }
  expect(state.balances[0]?.balance).toBe(7)
  const refused = await ask('/pay/unifiedorder', { method: 'POST', body: '<xml><appid>wrong</appid></xml>' })
  const [text, explained] = [await refused.text(), refused.headers.get('x-emulator-explain')]
  const init = { method: 'POST', body: '<xml><appid>wrong</appid></xml>' }
  const there = await played.fetch(new Request('http://shop.example/emulator/pay/unifiedorder', init))
  expect([refused.status, text, explained]).toEqual([
    there.status,
    await there.text(),
    there.headers.get('x-emulator-explain'),
  ])
})

test('who asked, and under which name, counts as if nothing were in between', async () => {
  const phone = (host: string, from?: string) => ask('/phone', { headers: { host } }, from)
  expect((await phone('shop.example', '127.0.0.1')).status).toBe(200)
  expect((await phone('shop.example')).status).toBe(200)
  expect((await phone('shop.example', '203.0.113.7')).status).toBe(404)
  expect((await phone('other.example', '127.0.0.1')).status).toBe(404)
})

test('an answer that a fault drops is no answer here either', async () => {
  await control('faults', { dropRequests: 1 }, 'PUT')
  await expect(ask('/pay/orderquery', { method: 'POST', body: '<xml/>' })).rejects.toThrow()
  expect((await ask('/pay/orderquery', { method: 'POST', body: '<xml/>' })).status).toBe(200)
})

test('deliveries are left to the one that is played', async () => {
  shared.start()
  await shared.runDue()
  expect(shared.nextDueInMs()).toBeNull()
  await shared.stop()
  shared.close()
  expect((await ask('/_control/state')).status).toBe(200)
})
