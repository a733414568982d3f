import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERY_NOTIFICATION, isSettled, UNVERIFIED } from '@/lib/shop/notification'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { V3_ROWS } from './v3-bodies'
import { notification, paidContent, signed, type V3Message } from './v3-scene'
import { openV3Scene } from './v3-shop'

type Opened = Awaited<ReturnType<typeof openV3Scene>>
let opened: Opened
let before: Awaited<ReturnType<typeof moneyNow>>
let versions: Awaited<ReturnType<typeof versionsNow>>

beforeAll(async () => {
  opened = await openV3Scene()
  before = await moneyNow()
  versions = await versionsNow()
})
afterAll(() => opened.world.close())

/** Each order that a message could move, in the order of their making; whatever moves one makes a new version of it. */
async function versionsNow() {
  const found = await Promise.all(opened.orders.map(({ order }) => opened.world.shop.store.findOrder(order.id)))
  return found.map((it) => [it?.order.version, it?.order.status, ...(it?.payments.map(({ version }) => version) ?? [])])
}

/** Everything that a message could move. */
async function moneyNow() {
  const { store } = opened.world.shop
  const orders = await Promise.all(
    opened.orders.map(async ({ order }) => {
      const found = await store.findOrder(order.id)
      const payments = found?.payments.map(({ status, transactionId, version }) => ({ status, transactionId, version }))
      const refunds = await store.listRefundsOf(order.id)
      return { order: found?.order, payments, refunds, events: await store.listOrderEvents(order.id) }
    }),
  )
  return { orders, stock: await opened.world.stockOf('tea-qimen') }
}

async function send({ headers, body }: V3Message) {
  const response = await opened.world.fetch('/api/wechat/notify/v3', {
    method: 'POST',
    headers,
    body: Buffer.from(body),
  })
  return { status: response.status, reply: await response.text() }
}

/** The newest entry of the log. */
async function lastEntry() {
  const { store } = opened.world.shop
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 1 })
  return store.findNotification(lines[0]?.id ?? 0)
}

test.each(V3_ROWS)('%s: %s', async (_, __, make, verdict) => {
  const message = make(opened.scene)
  const { status, reply } = await send(message)
  if (isSettled(verdict)) expect([status, reply]).toEqual([204, ''])
  else expect([status, JSON.parse(reply).code]).toEqual([500, 'FAIL'])
  const entry = await lastEntry()
  expect(entry?.result?.verdict).toBe(verdict)
  expect(Buffer.from(entry?.body ?? []).equals(Buffer.from(message.body))).toBe(true)
  expect(await versionsNow()).toEqual(versions)
})

test('there are more than three hundred of them, and none moved anything', async () => {
  expect(await moneyNow()).toEqual(before)
  expect(V3_ROWS.length).toBeGreaterThan(300)
  expect(new Set(V3_ROWS.map(([group, name]) => `${group}: ${name}`)).size).toBe(V3_ROWS.length)
})

test.each([
  ['not_ours', '<xml><return_code>SUCCESS</return_code></xml>'],
  ['malformed', '<!doctype html><title>x</title>'],
])('XML at this address is read as API v2 reads it: %s', async (verdict, body) => {
  const { reply } = await send({ headers: { 'content-type': 'text/xml' }, body })
  expect(reply).toContain('<![CDATA[FAIL]]>')
  expect(await lastEntry()).toMatchObject({ apiVersion: 'v2', result: { verdict } })
  expect(await moneyNow()).toEqual(before)
})

test('bodies beyond 64 KiB are not read, and no other method is offered', async () => {
  const { scene } = opened
  expect((await send(signed(scene, 'x'.repeat(64 * 1024 + 1)))).status).toBe(413)
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    expect((await opened.world.fetch('/api/wechat/notify/v3', { method })).status).toBe(405)
  }
})

test('all of them at once: each is answered, and none moves an order', async () => {
  const answers = await Promise.all(V3_ROWS.map(([, , make]) => send(make(opened.scene))))
  expect(answers.filter(({ status }) => ![204, 500, 503].includes(status))).toEqual([])
  const acknowledged = V3_ROWS.filter(([, , , verdict]) => isSettled(verdict)).length
  expect(answers.filter(({ status }) => status === 204).length).toBeLessThanOrEqual(acknowledged)
  expect(await moneyNow()).toEqual(before)
})

test('no entry holds a key, nor the signature that a forgery should have had', async () => {
  const verdicts = new Set<string | undefined>()
  for (const { result } of (await opened.world.log()).filter(({ apiVersion }) => apiVersion === 'v3')) {
    const shown = JSON.stringify(result)
    expect(shown).not.toContain(DEMO_KEYS.v3Key)
    if (result !== null && UNVERIFIED.includes(result.verdict)) expect(result.expectedSign).toBeNull()
    verdicts.add(result?.verdict)
  }
  expect(verdicts.size).toBeGreaterThan(9)
})

test('after all of that the genuine message is believed: it could have been moved', async () => {
  const { scene, world, held } = opened
  expect((await send(signed(scene, notification(scene, paidContent(scene, scene.held))))).status).toBe(204)
  expect(await world.statusOf(held.order)).toBe('paid')
})

test('what nobody had time to process is processed from the log, and nothing else moves', async () => {
  const paid = await moneyNow()
  await opened.world.advance(60_000)
  expect((await opened.world.log()).filter(({ result }) => result === null)).toEqual([])
  expect(await moneyNow()).toEqual(paid)
})
