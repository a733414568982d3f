import { afterEach, beforeEach, expect, test } from 'vitest'
import { processNotification } from '@/lib/shop/handle-notification'
import { EVERY_NOTIFICATION, type NotificationFilter } from '@/lib/shop/notification'
import type { Payment } from '@/lib/shop/payment'
import { findReplayable, REPLAYED_MAX, replayNotification, replayNotifications } from '@/lib/shop/replay'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'
import { messageOf, scripted } from './answers'

const OLGA = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function acts() {
  const filter = { action: null, email: null, orderId: null }
  const entries = (await world.shop.store.listAudit({ filter, before: null, limit: 50 })).reverse()
  return entries.map(({ id: _, outcomeOf, ...entry }) => {
    return { ...entry, outcomeOf: outcomeOf === null ? null : entries.findIndex(({ id }) => id === outcomeOf) }
  })
}

const arrived = (message: ReturnType<typeof messageOf>, replayOf: number | null = null) =>
  world.shop.store.insertNotification({ ...message, receivedAt: world.now(), replayOf })

/** A message that WeChat signed, and that was processed while WeChat did not answer. */
async function unconfirmed(payment: Payment): Promise<number> {
  const id = await arrived(messageOf(payment))
  const { shop } = scripted(world.shop, ['query unknown'])
  const again = await replayNotification(shop, id, OLGA)
  expect(again).toEqual({ ok: false, reason: 'not_processed_yet' })
  await processNotification(shop, id, messageOf(payment))
  return id
}

test('a replay is an entry of its own, with the same bytes, and the record says what came of it', async () => {
  const { order, payment } = await world.order()
  const id = await unconfirmed(payment)
  world.sleep(60_000)
  const { shop, left } = scripted(world.shop, ['query paid'])
  expect(await replayNotification(shop, id, OLGA)).toEqual({ ok: true, id: id + 1, verdict: 'applied' })
  expect(left).toEqual([])
  const [former, again] = await world.log()
  expect(again).toMatchObject({ replayOf: id, receivedAt: world.now(), bodySha256: former?.bodySha256 })
  expect(former?.result?.verdict).toBe('query_failed')

  const about = { orderId: order.id, notificationId: id, transactionId: null }
  const entry = { at: world.now(), actor: OLGA, action: 'notification_replayed', ...about }
  const detail = { before: 'query_failed', after: 'applied', replay: String(id + 1) }
  expect(await acts()).toEqual([
    { ...entry, detail: { before: 'query_failed' }, outcomeOf: null },
    { ...entry, detail, outcomeOf: 0 },
  ])
})

test('a replay of a replay repeats what came', async () => {
  const { payment } = await world.order()
  const id = await unconfirmed(payment)
  const { shop } = scripted(world.shop, ['query unknown', 'query unpaid'])
  expect(await replayNotification(shop, id, OLGA)).toEqual({ ok: true, id: id + 1, verdict: 'query_failed' })
  expect(await replayNotification(shop, id + 1, OLGA)).toEqual({ ok: true, id: id + 2, verdict: 'contradicted' })
  expect((await world.log()).map(({ replayOf }) => replayOf)).toEqual([null, id, id])
})

test('what is not there is not replayed, and nothing is written down', async () => {
  expect(await replayNotification(world.shop, 99, OLGA)).toEqual({ ok: false, reason: 'not_found' })
  expect(await acts()).toEqual([])
})

/** So many messages about numbers that nobody knows, each processed at another second. */
async function strangers(count: number): Promise<number[]> {
  const { payment } = await world.order()
  const ids: number[] = []
  for (let n = 0; n < count; n += 1) {
    world.sleep(1_000)
    const message = messageOf(payment, { out_trade_no: `NOBODY${n}` })
    const id = await arrived(message)
    await processNotification(world.shop, id, message)
    ids.push(id)
  }
  return ids
}

const about = { orderId: null, notificationId: null, transactionId: null }

test('what a filter finds is replayed the oldest first, without replays, and the record counts what came of it', async () => {
  const ids = await strangers(10)
  const filter: NotificationFilter = { ...EVERY_NOTIFICATION, verdict: 'unknown_payment', until: world.now() }
  await arrived(messageOf((await world.order()).payment), ids[0])
  const found = await findReplayable(world.shop, filter)
  expect([found.lines.map(({ id }) => id).reverse(), found.hasMore]).toEqual([ids.slice(0, 9), false])

  expect(await replayNotifications(world.shop, filter, OLGA)).toBe(9)
  const replays = (await world.log()).filter(({ replayOf, result }) => replayOf !== null && result !== null)
  expect(replays.map(({ replayOf }) => replayOf)).toEqual(ids.slice(0, 9))
  const entry = { at: world.now(), actor: OLGA, action: 'notifications_replayed', ...about }
  const asked = { filter: `verdict=unknown_payment until=${world.now()}`, found: '9' }
  expect(await acts()).toEqual([
    { ...entry, detail: asked, outcomeOf: null },
    { ...entry, detail: { ...asked, replayed: '9', after: 'unknown_payment 9' }, outcomeOf: 0 },
  ])
})

test('what is not processed yet cannot be replayed', async () => {
  const [id] = await strangers(1)
  await arrived(messageOf((await world.order()).payment))
  const { lines } = await findReplayable(world.shop, EVERY_NOTIFICATION)
  expect(lines.map((it) => it.id)).toEqual([id])
})

test('a filter that finds more than may be replayed at a time says so', async () => {
  const list: Shop['store']['listNotifications'] = async (filter, page) => {
    expect([filter.isOriginal, page]).toEqual([true, { after: null, limit: REPLAYED_MAX }])
    return { lines: [], next: { at: 1, id: 1 } }
  }
  const shop = { ...world.shop, store: { ...world.shop.store, listNotifications: list } }
  expect(await findReplayable(shop, EVERY_NOTIFICATION)).toEqual({ lines: [], hasMore: true })
})

test('eight are replayed at a time, and none after those among which WeChat did not answer', async () => {
  await strangers(7)
  const { payment } = await world.order()
  world.sleep(1_000)
  await unconfirmed(payment)
  world.sleep(1_000)
  await strangers(5)
  const { shop } = scripted(world.shop, ['query unknown'])
  expect(await replayNotifications(shop, EVERY_NOTIFICATION, OLGA)).toBe(8)
  const outcome = (await acts()).at(-1)?.detail
  expect(outcome).toEqual({ filter: '', found: '13', replayed: '8', after: 'unknown_payment 7, query_failed 1' })
})

test('an entry that gave way since it was found is left out', async () => {
  const [first] = await strangers(2)
  const findNotification: Shop['store']['findNotification'] = async (id) =>
    id === first ? null : world.shop.store.findNotification(id)
  const shop = { ...world.shop, store: { ...world.shop.store, findNotification } }
  expect(await replayNotifications(shop, EVERY_NOTIFICATION, OLGA)).toBe(1)
})
