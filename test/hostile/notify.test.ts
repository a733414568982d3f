import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERY_NOTIFICATION, isSettled, UNVERIFIED, type Verdict } from '@/lib/shop/notification'
import { ROWS } from './bodies'
import { openScene, type Scene, signedXml } from './scene'

let scene: Scene
/** How often each body was sent, by its digest. */
const sent = new Map<string, number>()
/** How many WeChat itself delivered before. */
let cameBefore: number

beforeAll(async () => {
  scene = await openScene()
  before = await ordersNow()
  cameBefore = (await scene.world.log()).length
})
afterAll(() => scene.world.close())

/** Everything that a message could move. */
async function ordersNow() {
  const orders = await Promise.all(
    scene.orders.map(async ({ order }) => {
      const found = await scene.world.shop.store.findOrder(order.id)
      const payments = found?.payments.map(({ status, transactionId, version }) => ({ status, transactionId, version }))
      return { order: found?.order, payments, events: await scene.world.shop.store.listOrderEvents(order.id) }
    }),
  )
  return { orders, stock: await scene.world.stockOf('tea-qimen') }
}
let before: Awaited<ReturnType<typeof ordersNow>>

const digest = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')

async function send(body: string | Uint8Array) {
  const bytes = Buffer.from(body)
  sent.set(digest(bytes), (sent.get(digest(bytes)) ?? 0) + 1)
  const response = await scene.world.fetch('/api/wechat/notify', { method: 'POST', body: bytes })
  return { status: response.status, reply: await response.text(), bytes }
}

/** The newest entry of the log. */
async function lastEntry() {
  const { store } = scene.world.shop
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 1 })
  return store.findNotification(lines[0]?.id ?? 0)
}

test.each(ROWS)('%s: %s', async (_, __, body, verdict) => {
  const { status, reply, bytes } = await send(body(scene))
  expect(status).toBe(200)
  expect(reply).toContain(isSettled(verdict) ? '<![CDATA[SUCCESS]]>' : '<![CDATA[FAIL]]>')
  const entry = await lastEntry()
  expect(entry?.result?.verdict).toBe(verdict)
  expect(Buffer.from(entry?.body ?? []).equals(bytes)).toBe(true)
  expect(await ordersNow()).toEqual(before)
})

test('there are more than a hundred of them, and no two are the same', () => {
  const bodies = ROWS.map(([, , body]) => digest(Buffer.from(body(scene))))
  expect(new Set(bodies).size).toBe(ROWS.length)
  expect(ROWS.length).toBeGreaterThan(200)
})

test('what WeChat does not confirm, because nobody can ask it, moves nothing', async () => {
  scene.world.wire.isCut = true
  await send(signedXml(scene.notification(scene.held, { attach: 'while WeChat is away' })))
  scene.world.wire.isCut = false
  expect((await lastEntry())?.result?.verdict).toBe('query_failed')
  expect(await ordersNow()).toEqual(before)
})

test('all of them at once, and again: each is answered, and none moves an order', async () => {
  const bodies = ROWS.map(([, , body]) => body(scene))
  const [first, second] = [await Promise.all(bodies.map(send)), await Promise.all(bodies.map(send))]
  const answers = [...first, ...second]
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const acknowledged = ROWS.filter(([, , , verdict]) => isSettled(verdict)).length
  expect(answers.filter(({ reply }) => reply.includes('SUCCESS')).length).toBeLessThanOrEqual(acknowledged * 2)
  expect(await ordersNow()).toEqual(before)
})

test('every one of them is in the log as often as it came, byte for byte unless it repeats a signed one', async () => {
  const logged = new Map<string, number>()
  const unverified = new Set<string>()
  for (const { body, bodySha256, times, result } of await scene.world.log()) {
    expect(digest(body)).toBe(bodySha256)
    logged.set(bodySha256, (logged.get(bodySha256) ?? 0) + times)
    if (result !== null && UNVERIFIED.includes(result.verdict)) unverified.add(bodySha256)
  }
  expect(unverified.size).toBeGreaterThan(150)
  for (const sha of unverified) expect([sha, logged.get(sha)]).toEqual([sha, sent.get(sha)])
  // One that says again what twenty have said counts at the newest of them, whatever its white space.
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((all, count) => all + count, 0)
  expect(sum(logged)).toBe(sum(sent) + cameBefore)
})

test('no entry holds the signature that a forgery should have had, nor the key', async () => {
  const verdicts: (Verdict | undefined)[] = []
  for (const { result } of await scene.world.log()) {
    const shown = JSON.stringify(result)
    expect(shown).not.toContain('192006250b4c09247ec02edce69f6a2d')
    const { verdict, expectedSign, receivedSign } = result ?? {}
    if (verdict === 'bad_signature' && expectedSign !== receivedSign) expect(expectedSign ?? '').not.toMatch(/^\w{32}/)
    verdicts.push(verdict)
  }
  expect(new Set(verdicts).size).toBeGreaterThan(8)
})

test('after all of that the genuine message is believed: it could have been moved', async () => {
  const { reply } = await send(signedXml(scene.notification(scene.held)))
  expect(reply).toContain('SUCCESS')
  expect(await scene.world.statusOf(scene.held.order)).toBe('paid')
})

test('what nobody had time to process is processed from the log, and nothing else moves', async () => {
  const paid = await ordersNow()
  await scene.world.advance(60_000)
  const log = await scene.world.log()
  expect(log.filter(({ result }) => result === null)).toEqual([])
  const expected = new Map(ROWS.map(([, , body, verdict]) => [digest(Buffer.from(body(scene))), verdict]))
  for (const { bodySha256, result } of log) {
    const verdict = expected.get(bodySha256)
    if (verdict !== undefined) expect([bodySha256, result?.verdict]).toEqual([bodySha256, verdict])
  }
  expect(await ordersNow()).toEqual(paid)
})
