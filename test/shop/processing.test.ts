import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handleNotification } from '@/lib/shop/handle-notification'
import type { Payment } from '@/lib/shop/payment'
import { openQueue, type QueueLimits } from '@/lib/shop/queue'
import { openRepeats } from '@/lib/shop/repeats'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'
import { messageOf } from './answers'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

const NARROW = { atOnce: 1, bytesAtOnce: 1_000_000, waitingMax: 9, waitingBytesMax: 1_000_000 }

/** The shop with lines of its own; `hold` takes the only turn of one until it is let go. */
function queued({
  signed = {},
  unsigned = {},
}: {
  signed?: Partial<QueueLimits>
  unsigned?: Partial<QueueLimits>
} = {}) {
  const lines = { signed: openQueue({ ...NARROW, ...signed }), unsigned: openQueue({ ...NARROW, ...unsigned }) }
  const processing = { ...world.shop.processing, ...lines, repeats: openRepeats(), ids: new Set<number>(), refused: 0 }
  const errors: unknown[] = []
  const log = { ...world.shop.log, error: (event: string) => void errors.push(event) }
  const shop: Shop = { ...world.shop, processing, log }
  const hold = (line: keyof typeof lines) => {
    const place = lines[line].join(1)
    if (place === null) throw new Error('no place')
    return place.leave
  }
  return { shop, hold, errors, processing }
}

/** The answer, once so much time has passed. */
async function after<T>(ms: number, answer: Promise<T>): Promise<T | 'still waits'> {
  await vi.advanceTimersByTimeAsync(ms)
  const turns = new Promise<'still waits'>((resolve) => {
    let left = 50
    const next = () => {
      left -= 1
      if (left === 0) resolve('still waits')
      else setImmediate(next)
    }
    next()
  })
  return Promise.race([answer, turns])
}

/** The message about a payment that WeChat has the money of, and whose own notification was lost. */
async function paidAtWeChat(payment: Payment) {
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const { orders } = await world.weChat()
  const transactionId = orders.find((it) => it.out_trade_no === payment.outTradeNo)?.transaction_id ?? ''
  return messageOf(payment, { transaction_id: transactionId })
}

const onlyTimeouts = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
const forgery = (payment: Payment) => messageOf(payment, {}, { key: 'x'.repeat(32) })

test.each(['signed', 'unsigned'] as const)(
  'a line of %s messages that is full sends them away, unread and not kept',
  async (line) => {
    const { payment } = await world.order()
    const { shop, processing } = queued({ [line]: { waitingMax: 0 } })
    const message = line === 'signed' ? messageOf(payment) : forgery(payment)
    expect(await handleNotification(shop, message)).toBe('busy')
    expect([processing.refused, await world.log()]).toEqual([1, []])
    const other = line === 'signed' ? forgery(payment) : messageOf(payment)
    expect(await handleNotification(shop, other)).toBe('retry')
    expect([processing.refused, (await world.log()).length]).toEqual([1, 1])
  },
)

test('what WeChat signed has to be small to go before others', async () => {
  const { payment } = await world.order()
  const ofBytes = (bytes: number) => {
    const bare = messageOf(payment, { attach: '' }).body.byteLength
    return messageOf(payment, { attach: 'x'.repeat(bytes - bare) })
  }
  const { shop } = queued({ signed: { waitingMax: 0 } })
  expect(await handleNotification(shop, ofBytes(8 * 1024))).toBe('busy')
  expect(await handleNotification(shop, ofBytes(8 * 1024 + 1))).toBe('retry')
  expect(await world.verdicts()).toEqual(['contradicted'])
})

test('a message that comes more often than WeChat itself comes stands with those that nobody signed', async () => {
  const { order, payment } = await world.order()
  const message = await paidAtWeChat(payment)
  const { shop } = queued({ unsigned: { waitingMax: 0 } })
  for (let n = 0; n < 20; n += 1) expect(await handleNotification(shop, message)).toBe('acknowledge')
  expect(await handleNotification(shop, message)).toBe('busy')
  expect(await handleNotification(shop, messageOf(payment, { nonce_str: 'another one' }))).not.toBe('busy')
  expect(await world.statusOf(order)).toBe('paid')
})

test('a signed message whose turn comes too late is told to come again, and is processed nevertheless', async () => {
  const { payment } = await world.order()
  onlyTimeouts()
  const { shop, hold, processing } = queued()
  const letGo = hold('signed')
  const answer = handleNotification(shop, messageOf(payment))
  expect(await after(1_499, answer)).toBe('still waits')
  expect(await after(1, answer)).toBe('retry')
  const [waiting] = await world.log()
  expect([waiting?.result, processing.ids]).toEqual([null, new Set([waiting?.id])])
  letGo()
  vi.useRealTimers()
  await vi.waitFor(async () => expect(await world.verdicts()).toEqual(['contradicted']))
  await vi.waitFor(() => expect(processing.ids).toEqual(new Set()))
  expect(processing.signed.join(1)?.ahead).toBe(0)
})

test('what a message has waited before counts', async () => {
  const { payment } = await world.order()
  onlyTimeouts()
  const { shop, hold } = queued()
  hold('signed')
  hold('unsigned')
  const signed = handleNotification(shop, messageOf(payment), 1_400)
  const forged = handleNotification(shop, forgery(payment), 2_900)
  expect(await after(99, signed)).toBe('still waits')
  expect(await after(0, forged)).toBe('still waits')
  expect(await after(1, signed)).toBe('retry')
  expect(await forged).toBe('busy')
})

test('a signed message that is not through after three and a half seconds is told to come again, and is processed nevertheless', async () => {
  const { order, payment } = await world.order()
  const message = await paidAtWeChat(payment)
  onlyTimeouts()
  const { shop, processing } = queued()
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const commit: Shop['store']['commit'] = (change) => held.then(() => shop.store.commit(change))
  const answer = handleNotification({ ...shop, store: { ...shop.store, commit } }, message)
  expect(await after(3_499, answer)).toBe('still waits')
  expect(await after(1, answer)).toBe('retry')
  expect([await world.statusOf(order), processing.ids.size]).toEqual(['pending', 1])
  letGo()
  vi.useRealTimers()
  await vi.waitFor(async () => expect(await world.statusOf(order)).toBe('paid'))
  await vi.waitFor(() => expect(processing.signed.join(1)?.ahead).toBe(0))
})

test('a signed message whose turn comes in time is answered with what became of it', async () => {
  const { order, payment } = await world.order()
  const message = await paidAtWeChat(payment)
  onlyTimeouts()
  const { shop, hold, processing } = queued()
  const letGo = hold('signed')
  const answer = handleNotification(shop, message)
  expect(await after(1_400, answer)).toBe('still waits')
  letGo()
  expect(await answer).toBe('acknowledge')
  expect(vi.getTimerCount()).toBe(0)
  expect([await world.statusOf(order), processing.ids.size]).toEqual(['paid', 0])
  // It has left, and the next one has its turn at once.
  expect(processing.signed.join(1)?.ahead).toBe(0)
})

test.each([
  [1_500, 'acknowledge'],
  [1_501, 'retry'],
])('when others take %s ms at the present pace, a signed message is told: %s', async (ms, reply) => {
  const { order, payment } = await world.order()
  const message = await paidAtWeChat(payment)
  const { shop, hold, processing } = queued()
  const letGo = hold('signed')
  const slow = { ...processing, signed: { ...processing.signed, waitMs: () => ms } }
  const answer = handleNotification({ ...shop, processing: slow }, message)
  setImmediate(letGo)
  expect(await answer).toBe(reply)
  await vi.waitFor(async () => expect(await world.statusOf(order)).toBe('paid'))
})

test('a forgery whose turn does not come within three seconds is sent away, and nothing of it is kept', async () => {
  const { payment } = await world.order()
  onlyTimeouts()
  const { shop, hold, processing } = queued()
  hold('unsigned')
  const answer = handleNotification(shop, forgery(payment))
  expect(await after(2_999, answer)).toBe('still waits')
  expect(await after(1, answer)).toBe('busy')
  vi.useRealTimers()
  expect([processing.refused, await world.log(), processing.unsigned.hasWaiting()]).toEqual([1, [], false])
})

test('a store that does not keep a message makes WeChat come again, and holds up nobody', async () => {
  const { payment } = await world.order()
  const { shop, errors, processing } = queued()
  const store = { ...shop.store, insertNotification: () => Promise.reject(new Error('disk full')) }
  for (const message of [messageOf(payment), forgery(payment)]) {
    expect(await handleNotification({ ...shop, store }, message)).toBe('retry')
  }
  expect(errors).toEqual(['notification_failed', 'notification_failed'])
  for (const line of [processing.signed, processing.unsigned]) expect(line.join(1)?.ahead).toBe(0)
})

test('a failure after the answer is told in the log', async () => {
  const { payment } = await world.order()
  const { shop, hold, errors, processing } = queued()
  const letGo = hold('signed')
  const store = { ...shop.store, commit: () => Promise.reject(new Error('disk full')) }
  const slow = { ...processing, signed: { ...processing.signed, waitMs: () => 9_999 } }
  expect(await handleNotification({ ...shop, store, processing: slow }, messageOf(payment))).toBe('retry')
  letGo()
  await vi.waitFor(() => expect(errors).toEqual(['notification_failed']))
})
