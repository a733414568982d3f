import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '@/db/open'
import { keptRuntime } from '@/lib/runtime'
import { startOrExit } from '@/lib/server/start'
import { openWorld, type World } from '../world'

let world: World
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  world = await openWorld()
  keptRuntime().hasOwnServer = true
})
afterEach(async () => {
  let isDrained = false
  const drained = keptRuntime()
    .drain?.()
    .then(() => {
      isDrained = true
    })
  // A process that leaves the lock to another one waits for a moment of its own.
  while (!isDrained) await vi.advanceTimersByTimeAsync(10)
  await drained
  vi.useRealTimers()
  await world.close()
})

test('once started, the shop queries WeChat for a payment that no notification told of', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1_000
  await world.phone.pay(payment.outTradeNo)
  await startOrExit({})
  world.sleep(60_000)
  await vi.advanceTimersByTimeAsync(1_000)
  await vi.waitFor(async () => expect(await world.statusOf(order)).toBe('paid'))
})

test('pages hear of an order that another process changed', async () => {
  await startOrExit({})
  const { order } = await world.order()
  await vi.advanceTimersByTimeAsync(1_000)
  let heard = 0
  world.runtime.watch.watch(order.id, 'a page', () => {
    heard += 1
  })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(heard).toBe(0)

  const other = await openDatabase(`file:${world.folder}/shop.db`)
  expect(await other.store.claimDuePayments(world.now() + 60_000, 1)).toHaveLength(1)
  await other.close()
  await vi.advanceTimersByTimeAsync(1_000)
  await vi.waitFor(() => expect(heard).toBeGreaterThan(0))
})

test('before the process ends, pages stop waiting and no work is begun any more', async () => {
  await startOrExit({})
  const { order, payment } = await world.order()
  await keptRuntime().drain?.()
  expect(world.runtime.watch.isClosed()).toBe(true)
  world.wire.loseNotifications = 1_000
  await world.phone.pay(payment.outTradeNo)
  world.sleep(60_000)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await world.statusOf(order)).toBe('pending')
})
