import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERY_NOTIFICATION, isSettled, type Verdict } from '@/lib/shop/notification'
import type { Refund } from '@/lib/shop/refund'
import { notificationFields } from '../messages'
import { ROWS } from './refund-bodies'
import { inner, notice, openRefundScene, type RefundScene } from './refund-scene'
import { signedXml } from './scene'

const REFUNDS = '/api/wechat/notify/refund'
const PAYMENTS = '/api/wechat/notify'

let scene: RefundScene
let before: Awaited<ReturnType<typeof everything>>
beforeAll(async () => {
  scene = await openRefundScene()
  before = await everything()
})
afterAll(() => scene.world.close())

/** A refund but for when it is looked at next, which a notice may bring forward. */
const standing = ({ nextCheckAt, ...refund }: Refund) => refund

/** Everything that a message could move. */
async function everything() {
  const { store } = scene.world.shop
  const orders = await Promise.all(
    scene.orders.map(async ({ id }) => {
      const history = await store.findOrderHistory(id, scene.world.now())
      if (history === null) throw new Error('the order is gone')
      const { order, payments, refunds, refundEvents, money } = history
      return { order, payments, refunds: refunds.map(standing), refundEvents, money }
    }),
  )
  return { orders, stock: await scene.world.stockOf('tea-longjing') }
}

async function send(body: string | Uint8Array, path = REFUNDS) {
  const bytes = Buffer.from(body)
  const response = await scene.world.fetch(path, { method: 'POST', body: bytes })
  return { status: response.status, reply: await response.text(), bytes }
}

/** The newest entry of the log. */
async function lastEntry() {
  const { store } = scene.world.shop
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 1 })
  return store.findNotification(lines[0]?.id ?? 0)
}

const digest = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')
const replyTo = (verdict: Verdict) => (isSettled(verdict) ? '<![CDATA[SUCCESS]]>' : '<![CDATA[FAIL]]>')

test('the scene is as it says: at WeChat one has succeeded, which the shop does not know', async () => {
  const { refunds } = await scene.world.weChat()
  const theirs = new Map(refunds.map((it) => [it.out_refund_no, it.status]))
  const both = [scene.known, scene.unheard, scene.processing].map(async ({ refund }) => {
    const ours = await scene.world.shop.store.findRefund(refund.outRefundNo)
    return [theirs.get(refund.outRefundNo), ours?.status]
  })
  expect(await Promise.all(both)).toEqual([
    ['SUCCESS', 'succeeded'],
    ['SUCCESS', 'processing'],
    ['PROCESSING', 'processing'],
  ])
})

test.each(ROWS)('a notice with %s moves nothing', async (_, body, verdict) => {
  const { status, reply, bytes } = await send(body(scene))
  expect(status).toBe(200)
  const entry = await lastEntry()
  expect(entry?.result?.verdict).toBe(verdict)
  expect(reply).toContain(replyTo(verdict))
  expect(Buffer.from(entry?.body ?? []).equals(bytes)).toBe(true)
  expect(await everything()).toEqual(before)
})

test('there are more than a hundred of them, and no two are the same', () => {
  expect(new Set(ROWS.map(([, body]) => digest(body(scene)))).size).toBe(ROWS.length)
  expect(ROWS.length).toBeGreaterThan(100)
})

test("at the payments' address all of them, twice and at once, come to the same", async () => {
  const answers = await Promise.all(
    [...ROWS, ...ROWS].map(async ([name, body, verdict]) => ({
      name,
      verdict,
      ...(await send(body(scene), PAYMENTS)),
    })),
  )
  for (const { name, status, reply, verdict } of answers) {
    expect([name, status, reply]).toEqual([name, 200, expect.stringContaining(replyTo(verdict))])
  }
  expect(await everything()).toEqual(before)
})

test.each([REFUNDS, PAYMENTS])('too much at %s is refused before it is kept', async (path) => {
  const answer = await send('x'.repeat(64 * 1024 + 1), path)
  expect(answer.status).toBe(413)
  expect(answer.reply).toContain('body_too_large')
})

test("a payment told of at the refunds' address is processed as a payment", async () => {
  const { outTradeNo, transactionId } = scene.other
  const fields = notificationFields(outTradeNo, { transaction_id: transactionId })
  expect((await send(signedXml(fields))).reply).toContain('SUCCESS')
  expect((await lastEntry())?.result).toMatchObject({ verdict: 'already', kind: 'payment' })
  expect((await send(signedXml(fields, '0'.repeat(32)))).reply).toContain('FAIL')
  expect((await lastEntry())?.result).toMatchObject({ verdict: 'bad_signature', kind: 'payment' })
  expect(await everything()).toEqual(before)
})

test('what WeChat does not confirm, because nobody can query it, moves nothing', async () => {
  scene.world.wire.isCut = true
  const { reply } = await send(notice(inner(scene.content(scene.unheard, { later: 'while WeChat is away' }))))
  scene.world.wire.isCut = false
  expect(reply).toContain('FAIL')
  expect((await lastEntry())?.result?.verdict).toBe('query_failed')
  expect(await everything()).toEqual(before)
})

test('every message is in the log byte for byte, and no entry holds the key', async () => {
  const log = await scene.world.log()
  for (const { body, bodySha256 } of log) expect(digest(body)).toBe(bodySha256)
  const kept = new Map(log.map(({ bodySha256, result }) => [bodySha256, result?.verdict]))
  for (const [name, body, verdict] of ROWS) expect([name, kept.get(digest(body(scene)))]).toEqual([name, verdict])
  expect(JSON.stringify(log.map(({ result }) => result))).not.toContain('192006250b4c09247ec02edce69f6a2d')
})

test('after all of that the genuine notice is believed: it could have been moved', async () => {
  const { reply } = await send(notice(inner(scene.content(scene.unheard))), PAYMENTS)
  expect(reply).toContain('SUCCESS')
  expect((await lastEntry())?.result).toMatchObject({ verdict: 'refund_applied', kind: 'refund' })
  const refund = await scene.world.shop.store.findRefund(scene.unheard.refund.outRefundNo)
  expect(refund).toMatchObject({ status: 'succeeded' })
})
