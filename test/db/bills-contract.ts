import { expect, test } from 'vitest'
import { beginOf } from '@/lib/shop/beijing'
import type { BillDay, BillKey, BillRow, BillTotals, FlowRow } from '@/lib/shop/bill'
import type { FoundDifference, OurPayment } from '@/lib/shop/difference'
import type { Store } from '@/lib/shop/store'
import { NOW, paidIn, sampleAudit } from './samples'

const DAY = '2026-03-01'
const HOUR = 3600_000
const KEY: BillKey = { day: DAY, kind: 'trade' }
const FLOW: BillKey = { day: DAY, kind: 'fund_flow' }
const TOTALS: BillTotals = { rows: 2, payments: 2, paidFen: 200, refunds: 0, refundedFen: 0, feeMilliFen: -2_500 }

const rowOf = (line: number, changes: Partial<BillRow> = {}): BillRow => ({
  ...{
    line,
    type: 'payment',
    at: NOW,
    appid: 'wx',
    mchId: '1900000109',
    transactionId: `42${line}`,
    outTradeNo: `T${line}`,
  },
  ...{ amountFen: 100, currency: 'CNY', refundId: null, outRefundNo: null, refundStatus: null },
  ...{ feeMilliFen: 528, feeRate: '0.60%' },
  ...changes,
})

const flowOf = (line: number, changes: Partial<FlowRow> = {}): FlowRow => ({
  ...{ line, type: 'payment', isFee: false, at: NOW, wechatNumber: `42${line}`, number: `T${line}`, amountFen: 100 },
  ...changes,
})

const HERE: OurPayment = {
  ...{ type: 'payment', number: 'T2', orderId: null, status: 'open', amountFen: 100, transactionId: null, at: null },
}

const found = (changes: Partial<FoundDifference> = {}): FoundDifference => ({
  ...{ kind: 'paid_there', subject: 'payment', number: 'T2', orderId: null, here: HERE, there: rowOf(2), moved: null },
  ...changes,
})

/** What every store has to hold about bills and about what comparing them found. */
export function billsContract(store: () => Store): void {
  /** A whole file of some bytes. */
  async function kept(key: BillKey, sha256 = 'a'.repeat(64), parts: string[] = ['one', 'two']) {
    const begun = await store().beginBillFile(key, NOW)
    for (const [place, part] of parts.entries()) await store().appendBillChunk(begun, place, Buffer.from(part))
    return store().completeBillFile(begun, { sha256, bytes: parts.join('').length })
  }

  /** A bill that was compared with a file at an instant. */
  async function compared(key: BillKey, fileId: number | null, comparedAt = NOW, totals: BillDay['totals'] = TOTALS) {
    const claimed = await store().claimBill(key, NOW)
    const status = fileId === null ? 'no_bill' : 'compared'
    const done = { status, fileId, totals, comparedAt, nextCheckAt: null, version: claimed.version + 1 } as const
    expect(await store().finishBill(claimed, { ...claimed, ...done }, comparedAt)).toBe(true)
  }

  const list = (isOpen: boolean | null = null, more = {}) =>
    store().listDifferences(DAY, { isOpen, after: null, limit: 99, ...more })

  test('a bill that is due is claimed by one, the oldest day and the trade bill first, and comes up again later', async () => {
    const keys = ['2026-03-02', DAY].flatMap((day) => [
      { day, kind: 'fund_flow' as const },
      { day, kind: 'trade' as const },
    ])
    await store().openBillDays(keys, NOW)
    await store().openBillDays(keys, NOW + HOUR)
    expect(await store().claimDueBill(NOW - 1)).toBeNull()
    const claims = await Promise.all(Array.from({ length: 5 }, () => store().claimDueBill(NOW)))
    const names = claims.flatMap((it) => (it === null ? [] : `${it.day} ${it.kind} ${it.checks}`))
    expect(names.toSorted()).toEqual([
      ...['2026-03-01 fund_flow 1', '2026-03-01 trade 1', '2026-03-02 fund_flow 1', '2026-03-02 trade 1'],
    ])
    expect(names[0]).toBe('2026-03-01 trade 1')
    expect(await store().claimDueBill(NOW + 14 * 60_000)).toBeNull()
    expect(await store().claimDueBill(NOW + 15 * 60_000)).toMatchObject({ day: DAY, kind: 'trade', checks: 2 })
  })

  test('a bill changes only from the version that was read, and one that was compared can be asked for again', async () => {
    const claimed = await store().claimBill(KEY, NOW)
    const after = { ...claimed, problem: 'creating', nextCheckAt: NOW + HOUR, version: claimed.version + 1 }
    expect(await store().replaceBill(claimed, after)).toBe(true)
    expect(await store().replaceBill(claimed, { ...after, problem: 'late' })).toBe(false)
    expect(await store().finishBill(claimed, after, NOW)).toBe(false)
    expect(await store().findBill(KEY)).toEqual(after)
    await store().checkBillNow(KEY, NOW)
    expect((await store().findBill(KEY))?.nextCheckAt).toBe(NOW + HOUR)
    await compared(KEY, await kept(KEY))
    await store().checkBillNow(KEY, NOW)
    expect(await store().findBill(KEY)).toMatchObject({ status: 'compared', nextCheckAt: NOW, totals: TOTALS })
    expect(await store().findBill(FLOW)).toBeNull()
  })

  test('a file comes back byte for byte, is kept once, and another one of the same bill beside it', async () => {
    const first = await kept(KEY)
    expect(await kept(KEY)).toBe(first)
    const second = await kept(KEY, 'b'.repeat(64), ['three'])
    const flow = await kept(FLOW)
    expect(new Set([first, second, flow]).size).toBe(3)
    const files = await store().listBillFiles(KEY)
    expect(files.map(({ id, sha256, bytes }) => [id, sha256.slice(0, 1), bytes])).toEqual([
      [second, 'b', 5],
      [first, 'a', 6],
    ])
    const chunks = await Promise.all([0, 1, 2].map((place) => store().readBillChunk(first, place)))
    expect(chunks.map((it) => it && Buffer.from(it).toString())).toEqual(['one', 'two', null])
    // A download that was broken off is no file, and the next one forgets it.
    const broken = await store().beginBillFile(KEY, NOW)
    await store().appendBillChunk(broken, 0, Buffer.from('x'))
    // Somebody else may fetch the same bill at the same time; whose download is older than a claim has died.
    const beside = await store().beginBillFile(KEY, NOW + 1)
    await store().appendBillChunk(broken, 1, Buffer.from('y'))
    await store().dropBillFile(beside)
    const next = await store().beginBillFile(KEY, NOW + HOUR)
    await expect(store().appendBillChunk(broken, 2, Buffer.from('z'))).rejects.toThrow()
    await store().dropBillFile(next)
    await store().dropBillFile(first)
    expect((await store().listBillFiles(KEY)).map(({ id }) => id)).toEqual([second, first])
    expect(await store().readBillChunk(broken, 0)).toBeNull()
  })

  test('a number is found in the file before a line, and in the compared file of another day alone', async () => {
    const before = { day: '2026-02-28', kind: 'trade' } as const
    const [old, current, file] = [await kept(before), await kept(before, 'b'.repeat(64)), await kept(KEY)]
    await store().insertBillRows(old, [rowOf(2, { outTradeNo: 'OLD' })])
    await store().insertBillRows(current, [rowOf(2, { outTradeNo: 'YESTERDAY' })])
    const refund = rowOf(4, { type: 'refund', outRefundNo: 'R4', refundId: '504' })
    for (const _ of [1, 2]) await store().insertBillRows(file, [rowOf(2), rowOf(3), refund])
    await compared(before, current)
    const billed = (numbers: string[], beforeLine: number) => store().listBilled(numbers, { fileId: file, beforeLine })
    expect(await billed(['T2', 'T3', 'R4', 'OLD', 'YESTERDAY'], 3)).toEqual(
      expect.arrayContaining([
        { type: 'payment', number: 'T2' },
        { type: 'payment', number: 'YESTERDAY' },
      ]),
    )
    expect(await billed(['T2', 'T3', 'OLD'], 3)).toHaveLength(1)
    expect(await billed(['R4'], 9)).toEqual([{ type: 'refund', number: 'R4' }])
    expect(await billed([], 9)).toEqual([])
    // What the account's flow is looked for by: only files that were compared count.
    expect(await store().listTraded(['422', '504'])).toEqual(['422'])
    await compared(KEY, file)
    expect((await store().listTraded(['422', '423', '504', '999'])).toSorted()).toEqual(['422', '422', '423', '504'])
    expect(await store().listTraded([])).toEqual([])
  })

  test('what was moved is added up by number, in some files and a piece of time, and noted once', async () => {
    const [file, other] = [await kept(FLOW), await kept({ day: '2026-03-02', kind: 'fund_flow' })]
    const fee = flowOf(3, { wechatNumber: '422', number: 'T2', isFee: true, amountFen: -1, at: NOW + 1 })
    const back = flowOf(4, { type: 'refund', wechatNumber: '504', number: 'R4', amountFen: -99 })
    for (const _ of [1, 2]) await store().insertFlowRows(file, [flowOf(2), fee, back])
    await store().insertFlowRows(other, [flowOf(2, { wechatNumber: '422', amountFen: 7, at: NOW + HOUR })])
    const first = { type: 'payment', wechatNumber: '422', number: 'T2', line: 2, at: NOW } as const
    const refund = { type: 'refund', wechatNumber: '504', number: 'R4', line: 4, at: NOW } as const
    const refunded = { ...refund, lines: 1, amountFen: -99, feeFen: 0 }
    expect(await store().listMovesOf(['422', '504', '999'], [file])).toEqual([
      { ...first, lines: 1, amountFen: 100, feeFen: -1 },
      refunded,
    ])
    expect(await store().listMovesOf(['422'], [file, other])).toEqual([
      { ...first, lines: 2, amountFen: 107, feeFen: -1 },
    ])
    expect([await store().listMovesOf([], [file]), await store().listMovesOf(['422'], [])]).toEqual([[], []])
    const day = { fileIds: [file, other], from: NOW, to: NOW + HOUR }
    expect((await store().listMoves(day, { after: null, limit: 1 })).map(({ wechatNumber }) => wechatNumber)).toEqual([
      '422',
    ])
    expect(await store().listMoves(day, { after: '422', limit: 9 })).toEqual([refunded])
    expect(
      await store().listMoves({ ...day, from: NOW + HOUR, to: NOW + 2 * HOUR }, { after: null, limit: 9 }),
    ).toMatchObject([{ wechatNumber: '422', amountFen: 7 }])
    expect(await store().listMoves({ ...day, fileIds: [] }, { after: null, limit: 9 })).toEqual([])
  })

  test('a difference is found once, seen again, and what ended by itself is open again; what was accepted stays so', async () => {
    await store().putDifferences(DAY, [found(), found({ kind: 'double', number: 'T3', there: rowOf(3) })], NOW)
    await store().putDifferences(DAY, [found()], NOW + 1)
    const [first, second, ...more] = await list(true)
    expect(more).toEqual([])
    expect(first).toMatchObject({ ...found(), foundAt: NOW, seenAt: NOW + 1, checks: 0, nextCheckAt: NOW, end: null })
    expect(second).toMatchObject({ kind: 'double', nextCheckAt: null })
    if (first === undefined || second === undefined) throw new Error('nothing was found')
    const accepted = {
      end: 'accepted',
      endedAt: NOW,
      endedBy: 'a@b.example',
      note: 'so it is',
      nextCheckAt: null,
    } as const
    const after = { ...second, ...accepted, version: second.version + 1 }
    expect(await store().replaceDifference(second, after, sampleAudit({ action: 'difference_accepted' }))).toBe(true)
    expect(await store().replaceDifference(second, { ...after, note: 'no' }, sampleAudit())).toBe(false)
    const filter = { action: 'difference_accepted', email: null, orderId: null } as const
    expect(await store().listAudit({ filter, before: null, limit: 9 })).toHaveLength(1)
    const settled = {
      ...first,
      end: 'settled',
      endedAt: NOW,
      endedBy: 'query',
      nextCheckAt: null,
      version: first.version + 1,
    } as const
    expect(await store().replaceDifference(first, settled)).toBe(true)
    expect(await list(true)).toEqual([])
    await store().putDifferences(DAY, [found(), found({ kind: 'double', number: 'T3', there: rowOf(3) })], NOW + 2)
    expect(await list(true)).toMatchObject([
      { number: 'T2', end: null, endedAt: null, endedBy: null, nextCheckAt: NOW + 2 },
    ])
    expect(await list(false)).toMatchObject([{ number: 'T3', end: 'accepted', note: 'so it is' }])
    expect(await store().findDifference(second.id)).toMatchObject({ end: 'accepted' })
    expect(await store().findDifference(second.id + 99)).toBeNull()
  })

  test('a comparison ends what it did not find of its own kinds, and what another day was missing', async () => {
    const missing = found({ kind: 'missing_there', number: 'T2', there: null })
    const moved = { expectedMilliFen: -528, movedMilliFen: 1, line: 3, at: NOW }
    await store().putDifferences(DAY, [found({ number: 'T8' })], NOW)
    await store().putDifferences(DAY, [found({ kind: 'flow_fee_differs', number: 'T9', moved })], NOW)
    await store().putDifferences('2026-02-28', [missing], NOW)
    const file = await kept(KEY)
    await store().insertBillRows(file, [rowOf(2)])
    await compared(KEY, file, NOW + 1)
    expect((await list()).map(({ kind, end }) => [kind, end])).toEqual([
      ['paid_there', 'gone'],
      ['flow_fee_differs', null],
    ])
    expect((await list(true))[0]?.moved).toEqual(moved)
    const [yesterday] = await store().listDifferences('2026-02-28', { isOpen: null, after: null, limit: 9 })
    expect(yesterday).toMatchObject({ end: 'gone', endedBy: 'comparison' })
    const days = await store().listBillDays(DAY, DAY)
    expect(days.map(({ kind, differences, open, files }) => [kind, differences, open, files])).toEqual([
      ['trade', 1, 0, 1],
    ])
    await compared(FLOW, null, NOW + 2, null)
    expect(
      (await store().listBillDays('2026-02-01', DAY)).map(({ kind, differences, open }) => [kind, differences, open]),
    ).toEqual([
      ['fund_flow', 1, 0],
      ['trade', 1, 0],
    ])
  })

  test('differences are paged, filtered by kind and number, and counted by kind and day', async () => {
    const money = await paidIn(store())
    const here: OurPayment = { ...HERE, number: 'T4', orderId: money.orderId, transactionId: money.transactionId }
    await store().putDifferences(
      DAY,
      [
        found(),
        found({ kind: 'amount_differs', number: 'T4', orderId: money.orderId, here }),
        found({ number: 'T5', there: rowOf(5) }),
      ],
      NOW,
    )
    await store().putDifferences('2026-03-02', [found({ kind: 'double', number: '100%_\\"' })], NOW)
    const numbers = async (more: object) => (await list(true, more)).map(({ number }) => number)
    const [first] = await list(true, { limit: 1 })
    expect(await numbers({ after: first?.id })).toEqual(['T4', 'T5'])
    expect(await numbers({ kind: 'paid_there' })).toEqual(['T2', 'T5'])
    for (const number of ['T4', money.orderId, money.transactionId]) expect(await numbers({ number })).toEqual(['T4'])
    expect(await numbers({ number: '425' })).toEqual(['T5'])
    for (const number of ['%', '_', 'T_', '"', '\\', '42', ',']) expect(await numbers({ number })).toEqual([])
    const odd = { isOpen: true, after: null, limit: 9, number: '100%_\\"' }
    expect(await store().listDifferences('2026-03-02', odd)).toHaveLength(1)
    expect(await store().countDifferences(DAY)).toEqual([
      { kind: 'amount_differs', open: 1, ended: 0 },
      { kind: 'paid_there', open: 2, ended: 0 },
    ])
    expect(await store().countDifferences('2026-03-09')).toEqual([])
    expect(await store().countOpenDifferences(2)).toEqual({ count: 2, oldestDay: DAY })
    expect(await store().countOpenDifferences(99)).toEqual({ count: 4, oldestDay: DAY })
  })

  test('differences that a query may settle are claimed, later each time, and then wait for people', async () => {
    await store().putDifferences(DAY, [found(), found({ kind: 'double', number: 'T3', there: rowOf(3) })], NOW)
    const waits: number[] = []
    let now = NOW
    for (;;) {
      const [claimed, ...more] = await store().claimDueDifferences(now, 9)
      expect([more, claimed?.kind]).toEqual([[], 'paid_there'])
      expect(await store().claimDueDifferences(now, 9)).toEqual([])
      if (!claimed?.nextCheckAt) break
      waits.push((claimed.nextCheckAt - now) / 60_000)
      now = claimed.nextCheckAt
    }
    expect(waits).toEqual([1, 10, 60, 360])
    expect(await store().claimDueDifferences(now + 99 * HOUR, 9)).toEqual([])
  })

  test('what is here of a line, and what has to be in a bill, is told from payments and refunds', async () => {
    const money = await paidIn(store())
    const own = rowOf(2, { outTradeNo: money.outTradeNo, transactionId: money.transactionId })
    const ours = { type: 'payment', number: money.outTradeNo, orderId: money.orderId, status: 'paid' } as const
    expect(await store().listOursOf([own, rowOf(3)])).toMatchObject([{ ...ours, transactionId: money.transactionId }])
    expect(await store().listOursOf([])).toEqual([])
    const window = { from: money.paidAt ?? 0, to: (money.paidAt ?? 0) + 1 }
    expect(await store().listOursDue(window, { after: null, limit: 9 })).toMatchObject([ours])
    expect(await store().listOursDue(window, { after: ours, limit: 9 })).toEqual([])
    expect(await store().listOursDue({ from: window.to, to: window.to + 1 }, { after: null, limit: 9 })).toEqual([])
    expect(await store().findFirstOrderAt()).toBeLessThanOrEqual(beginOf('2026-03-03'))
  })
}
