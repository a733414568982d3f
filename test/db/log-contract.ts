import { expect, test } from 'vitest'
import {
  EVERY_NOTIFICATION,
  type LogPlace,
  type NotificationFilter,
  type NotificationResult,
  type Verdict,
} from '@/lib/shop/notification'
import type { LogLimits } from '@/lib/shop/notification-log'
import type { Store } from '@/lib/shop/store'
import {
  created,
  MINUTE,
  NOW,
  sampleAudit,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleResult,
  sampleTransaction,
} from './samples'

const HOUR = 60 * MINUTE

/** What every store has to hold about the log of notifications: what a page has, and what a full log forgets. */
export function logContract(store: () => Store, reopen: (limits: LogLimits) => Promise<void>): void {
  const page = (filter: Partial<NotificationFilter>, after: LogPlace | null = null, limit = 50) =>
    store().listNotifications({ ...EVERY_NOTIFICATION, ...filter }, { after, limit })
  const idsOf = async (filter: Partial<NotificationFilter>) => (await page(filter)).lines.map(({ id }) => id)

  async function processed(verdict: Verdict, changes: Partial<NotificationResult> = {}, at = NOW, body = '') {
    const id = await store().insertNotification(sampleMessage(body || `<n>${Math.random()}</n>`, at))
    await store().commit({ result: sampleResult(id, verdict, changes) })
    return id
  }

  /** All that a filter finds, page by page. */
  async function pages(filter: Partial<NotificationFilter>, limit: number): Promise<number[][]> {
    const seen: number[][] = []
    for (let after: LogPlace | null = null; ; ) {
      const { lines, next } = await page(filter, after, limit)
      seen.push(lines.map(({ id }) => id))
      if (next === null) return seen
      after = next
    }
  }

  test('a page that ends where the log ends is the last one', async () => {
    const ids: number[] = []
    for (let n = 0; n < 4; n += 1) ids.unshift(await processed('applied', {}, NOW + n))
    expect(await pages({}, 2)).toEqual([ids.slice(0, 2), ids.slice(2)])
    expect(await pages({}, 3)).toEqual([ids.slice(0, 3), ids.slice(3)])
    expect(await pages({}, 4)).toEqual([ids])
    expect(await page({}, null, 2)).toMatchObject({ next: { at: NOW + 2, id: ids[1] } })
  })

  test.each<[string, Partial<NotificationFilter>]>([
    ['a text', { text: 'needle' }],
    ['a number', { number: '4200' }],
    ['what is unresolved', { isUnresolved: true }],
    ['what came from outside', { isOriginal: true }],
  ])('a log of which %s is looked for is read page by page, each entry once', async (_, filter) => {
    const ids: number[] = []
    for (let n = 0; n < 10; n += 1) {
      const isWanted = n % 2 === 0
      const verdict = isWanted ? 'wrong_amount' : 'applied'
      const transactionId = isWanted ? '4200' : null
      const body = `<n>${isWanted ? 'needle' : 'hay'} ${n}</n>`
      const message = { ...sampleMessage(body, NOW + Math.floor(n / 4)), replayOf: isWanted ? null : 1 }
      const id = await store().insertNotification(message)
      await store().commit({ result: sampleResult(id, verdict, { transactionId }) })
      if (isWanted) ids.unshift(id)
    }
    expect((await pages(filter, 2)).flat()).toEqual(ids)
    expect((await pages(filter, 5)).flat()).toEqual(ids)
    expect(await page(filter, null, 5)).toMatchObject({ next: null })
    expect((await page(filter, null, 4)).next).toEqual({ at: NOW, id: ids[3] })
    const above = (await page(filter)).lines.map(({ id, receivedAt: at }) =>
      store().findNewerNotification({ ...EVERY_NOTIFICATION, ...filter }, { at, id }),
    )
    expect(await Promise.all(above)).toEqual([null, ...ids.slice(0, -1)])
  })

  test.each<[string, Partial<NotificationFilter>]>([
    ['all', {}],
    ['those of a number', { number: '4200' }],
    ['those of a verdict', { verdict: 'wrong_amount' }],
    ['those with a text', { text: 'm' }],
    ['those that nobody has seen to', { isUnresolved: true }],
  ])('of %s, a time has those from its first instant to the one before its end', async (_, filter) => {
    const ids: number[] = []
    for (const at of [NOW - 1, NOW, NOW + 1]) {
      ids.push(await processed('wrong_amount', { transactionId: '4200' }, at, `<m>${at}</m>`))
    }
    const [before, first, last] = ids
    expect(await idsOf(filter)).toEqual([last, first, before])
    expect(await idsOf({ ...filter, from: NOW })).toEqual([last, first])
    expect(await idsOf({ ...filter, until: NOW })).toEqual([before])
    expect(await idsOf({ ...filter, from: NOW, until: NOW + 1 })).toEqual([first])
  })

  test('of a number, one verdict is found, and of a verdict one text', async () => {
    const wrong = await processed('wrong_amount', { transactionId: '4200' }, NOW, '<one/>')
    const applied = await processed('applied', { transactionId: '4200' }, NOW + 1, '<two/>')
    const other = await processed('applied', {}, NOW + 2, '<one/>')
    expect(await idsOf({ number: '4200', verdict: 'wrong_amount' })).toEqual([wrong])
    expect(await idsOf({ number: '4200', verdict: 'applied' })).toEqual([applied])
    expect(await idsOf({ verdict: 'applied', text: 'one' })).toEqual([other])
    expect(await idsOf({ number: '4200', text: 'one' })).toEqual([wrong])
    expect(await idsOf({ number: '4200', isUnresolved: true })).toEqual([wrong])
    expect(await idsOf({ isUnresolved: true, text: 'two' })).toEqual([])
  })

  test('what is unresolved ends when somebody has seen to the money, and not with other money', async () => {
    const order = sampleOrder('tea')
    const payment = samplePayment(order)
    await store().insertOrder(order, created(order), null)
    await store().insertPayment(payment)
    const money = sampleTransaction(payment, { outcome: 'late' })
    const other = sampleTransaction(payment, { outcome: 'late' })
    for (const transaction of [money, other]) await store().commit({ transaction })
    const id = await processed('stray', { transactionId: money.transactionId })
    const resolve = ({ transactionId }: typeof money) =>
      store().resolveTransaction(transactionId, { at: NOW, by: 'ann', note: 'done' }, sampleAudit())
    expect(await idsOf({ isUnresolved: true })).toEqual([id])
    await resolve(other)
    expect(await idsOf({ isUnresolved: true })).toEqual([id])
    await resolve(money)
    expect(await idsOf({ isUnresolved: true })).toEqual([])
  })

  test('a result comes back with everything that was found out', async () => {
    const order = sampleOrder('tea')
    await store().insertOrder(order, created(order), null)
    const id = await store().insertNotification(sampleMessage('<all/>'))
    const result: NotificationResult = {
      notificationId: id,
      verdict: 'wrong_amount',
      kind: 'payment',
      reply: 'retry',
      processedAt: NOW + 7,
      orderId: order.id,
      outTradeNo: 'N1',
      transactionId: '4200',
      outRefundNo: 'R1',
      claimedFen: 1_001,
      checks: [{ name: 'well_formed', passed: false, detail: 'not' }],
      signedText: 'a=1',
      expectedSign: 'E',
      receivedSign: 'R',
      queryAnswer: { fields: { a: 'b' }, problem: 'timeout' },
    }
    await store().commit({ result })
    expect((await store().findNotification(id))?.result).toEqual(result)
    const bare: NotificationResult = {
      ...{ notificationId: id, verdict: 'malformed', kind: null, reply: 'retry', processedAt: NOW + 8 },
      ...{ orderId: null, outTradeNo: null, transactionId: null, outRefundNo: null, claimedFen: null, checks: [] },
      ...{ signedText: null, expectedSign: null, receivedSign: null, queryAnswer: null },
    }
    await store().commit({ result: bare })
    expect((await store().findNotification(id))?.result).toEqual(bare)
  })

  test('a result of an entry that is gone changes nothing', async () => {
    expect(await store().commit({ result: sampleResult(99, 'applied') })).toBe(true)
    expect(await idsOf({})).toEqual([])
    expect(await store().countVerdicts(0, NOW + HOUR)).toEqual([])
  })

  test('of messages without a verdict, so many are given as are asked for, the oldest', async () => {
    const ids: number[] = []
    for (const at of [NOW + 2, NOW, NOW + 1]) ids.push(await store().insertNotification(sampleMessage('<m/>', at)))
    const unprocessed = async (before: number, limit: number) =>
      (await store().listUnprocessedNotifications(before, limit)).map(({ id }) => id)
    expect(await unprocessed(NOW + 9, 2)).toEqual([ids[1], ids[2]])
    expect(await unprocessed(NOW + 2, 9)).toEqual([ids[1], ids[2]])
    const [first] = await store().listUnprocessedNotifications(NOW + 9, 1)
    const { apiVersion, remoteAddress, headers } = sampleMessage('<m/>')
    const body = Buffer.from('<m/>')
    expect(first?.message).toEqual({ apiVersion, remoteAddress, headers, body, receivedAt: NOW })
  })

  test('of replays, so many are given as are asked for, the newest, and those of other entries not', async () => {
    const original = await processed('applied')
    const other = await processed('applied')
    const replay = (of: number, at: number) =>
      store().insertNotification({ ...sampleMessage('<r/>', at), replayOf: of })
    const ids = [await replay(original, NOW + 1), await replay(original, NOW + 2), await replay(original, NOW + 3)]
    await replay(other, NOW + 4)
    expect((await store().listReplays(original, 2)).map(({ id }) => id)).toEqual([ids[2], ids[1]])
  })

  test('verdicts are counted with every hour that a time touches, oldest first', async () => {
    for (const at of [NOW + 2 * HOUR, NOW - 1, NOW, NOW + HOUR]) await processed('applied', {}, at)
    const hours = async (from: number, until: number) =>
      (await store().countVerdicts(from, until)).map(({ at }) => (at - NOW) / HOUR)
    expect(await hours(NOW - HOUR, NOW + 3 * HOUR)).toEqual([-1, 0, 1, 2])
    expect(await hours(NOW, NOW + 2 * HOUR)).toEqual([0, 1])
    expect(await hours(NOW + 1, NOW + 2 * HOUR + 1)).toEqual([0, 1, 2])
  })

  test('a message is counted with its first verdict, whatever becomes of it', async () => {
    const id = await processed('query_failed')
    await store().commit({ result: sampleResult(id, 'applied', { reply: 'acknowledge' }) })
    expect(await store().countVerdicts(NOW, NOW + 1)).toEqual([{ at: NOW, verdict: 'query_failed', count: 1 }])
  })

  test('an entry that gives way to an earlier one when it is processed again takes no room any more', async () => {
    await reopen({ entriesMax: 2, bytesMax: 1_000_000 })
    const first = await processed('malformed', {}, NOW, '<same/>')
    const second = await processed('bad_signature', {}, NOW, '<same/>')
    await store().commit({ result: sampleResult(second, 'malformed') })
    expect((await page({})).lines.map(({ id, times }) => [id, times])).toEqual([[first, 2]])
    const third = await processed('malformed')
    expect(await idsOf({})).toEqual([third, first])
    expect(await store().countDroppedNotifications()).toBe(0)
    // And what is processed again to the same end is counted once.
    await store().commit({ result: sampleResult(third, 'bad_signature') })
    expect(await idsOf({})).toEqual([third, first])
    const fourth = await processed('malformed')
    expect(await idsOf({})).toEqual([fourth, third])
    expect(await store().countDroppedNotifications()).toBe(1)
  })

  test('a message that is counted at an earlier entry takes nothing of the room of others', async () => {
    await reopen({ entriesMax: 2, bytesMax: 1_000_000 })
    const first = await processed('malformed', {}, NOW, '<same/>')
    for (let n = 0; n < 3; n += 1) await processed('malformed', {}, NOW, '<same/>')
    const second = await processed('malformed')
    expect(await idsOf({})).toEqual([second, first])
    const third = await processed('malformed')
    expect(await idsOf({})).toEqual([third, second])
  })

  test('an entry that gives way gives its bytes back', async () => {
    // Each of these takes a little less than ten thousand bytes of the log.
    await reopen({ entriesMax: 100, bytesMax: 25_000 })
    const body = 'x'.repeat(5_000)
    const first = await processed('malformed', {}, NOW, body)
    const second = await processed('bad_signature', {}, NOW, body)
    await store().commit({ result: sampleResult(second, 'malformed') })
    const third = await processed('malformed', {}, NOW, `${body}y`)
    expect(await idsOf({})).toEqual([third, first])
    const fourth = await processed('malformed', {}, NOW, `${body}z`)
    expect(await idsOf({})).toEqual([fourth, third])
  })

  test('an entry that is processed again counts its bytes once, and a genuine one not at all', async () => {
    await reopen({ entriesMax: 100, bytesMax: 25_000 })
    const body = 'x'.repeat(5_000)
    const first = await processed('bad_signature', {}, NOW, `${body}1`)
    await store().commit({ result: sampleResult(first, 'malformed') })
    const second = await processed('malformed', {}, NOW, `${body}2`)
    expect(await idsOf({})).toEqual([second, first])
    await store().commit({ result: sampleResult(first, 'applied', { reply: 'acknowledge' }) })
    const third = await processed('malformed', {}, NOW, `${body}3`)
    expect(await idsOf({})).toEqual([third, second, first])
    const fourth = await processed('malformed', {}, NOW, `${body}4`)
    expect(await idsOf({})).toEqual([fourth, third, first])
  })

  test('in an empty log nothing is found, whatever is looked for', async () => {
    const filters = [{}, { text: 'x' }, { number: 'x' }, { isUnresolved: true }, { isOriginal: true }]
    for (const filter of filters) expect(await page(filter)).toEqual({ lines: [], next: null })
  })

  test('the room of an entry is that of its headers, checks and texts as well', async () => {
    const texts: Partial<NotificationResult>[] = [
      { signedText: 'x'.repeat(3_000) },
      { expectedSign: 'x'.repeat(3_000) },
      { receivedSign: 'x'.repeat(3_000) },
      { outTradeNo: 'x'.repeat(3_000) },
      { transactionId: 'x'.repeat(3_000) },
      { checks: [{ name: 'well_formed', passed: true, detail: 'x'.repeat(3_000) }] },
      { queryAnswer: { fields: { a: 'x'.repeat(3_000) }, problem: null } },
    ]
    for (const changes of texts) {
      await reopen({ entriesMax: 100, bytesMax: 4_000 })
      await processed('malformed', changes)
      expect([changes, await idsOf({})]).toEqual([changes, []])
      const small = await processed('malformed')
      expect(await idsOf({})).toEqual([small])
    }
    await reopen({ entriesMax: 100, bytesMax: 4_000 })
    const headers = { long: 'x'.repeat(3_000) }
    const id = await store().insertNotification({ ...sampleMessage('<m/>'), headers })
    await store().commit({ result: sampleResult(id, 'malformed') })
    expect(await idsOf({})).toEqual([])
  })
}
