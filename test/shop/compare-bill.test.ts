import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BillRow } from '@/lib/shop/bill'
import { type Compared, compareBill, numberOf, readFeeRate } from '@/lib/shop/compare-bill'
import type { OurPayment, OurRefund, Ours, TradeDifferenceKind } from '@/lib/shop/difference'

const MCH_ID = '1900000109'
const RATE = 0.006

/** One payment that both sides know, as each of them has it. */
function paid(place: number, amountFen: number): Pair {
  const number = `T${place}`
  const transactionId = `42${String(place).padStart(26, '0')}`
  const here: OurPayment = {
    type: 'payment',
    number,
    orderId: `o${place}`,
    status: 'paid',
    amountFen,
    transactionId,
    at: place,
  }
  return {
    here,
    there: rowOf({ type: 'payment', outTradeNo: number, transactionId, amountFen }),
    orderId: here.orderId,
  }
}

function refunded(place: number, amountFen: number, status: OurRefund['status']): Pair {
  const number = `R${place}`
  const transactionId = `42${String(place).padStart(26, '0')}`
  const here: OurRefund = { type: 'refund', number, orderId: `o${place}`, status, amountFen, transactionId, at: place }
  const there = { transactionId, outTradeNo: `T${place}`, outRefundNo: number, refundId: `50${place}`, amountFen }
  const refundStatus = { processing: 'PROCESSING', closed: 'FAIL', abnormal: 'CHANGE' }[String(status)] ?? 'SUCCESS'
  return { here, there: rowOf({ ...there, type: 'refund', refundStatus }), orderId: here.orderId }
}

type Pair = { here: Ours; there: BillRow; orderId: string | null }

function rowOf(row: Partial<BillRow> & Pick<BillRow, 'type' | 'amountFen'>): BillRow {
  const fee = row.type === 'payment' ? Math.round(row.amountFen * RATE) * 1_000 : 0
  return {
    ...{ line: 2, at: 0, appid: 'wx', mchId: MCH_ID, transactionId: '', outTradeNo: '', currency: 'CNY' },
    ...{ refundId: null, outRefundNo: null, refundStatus: null, feeMilliFen: fee, feeRate: '0.60%' },
    ...row,
  }
}

type Side = { rows: BillRow[]; ours: Ours[] }
/** What may be lost or changed on its way, on either side. */
type Loss = { kind: TradeDifferenceKind; of: (pair: Pair) => Side | null }

const here = (pair: Pair, change: object): Side => ({ rows: [pair.there], ours: [{ ...pair.here, ...change } as Ours] })
const there = (pair: Pair, change: Partial<BillRow>): Side => ({
  rows: [{ ...pair.there, ...change }],
  ours: [pair.here],
})
const isPayment = ({ there: { type } }: Pair) => type === 'payment'

const LOSSES: Loss[] = [
  { kind: 'missing_here', of: (pair) => (isPayment(pair) ? { rows: [pair.there], ours: [] } : null) },
  { kind: 'missing_here', of: (pair) => (isPayment(pair) ? there(pair, { transactionId: 'another' }) : null) },
  { kind: 'missing_there', of: (pair) => ({ rows: [], ours: [pair.here] }) },
  {
    kind: 'amount_differs',
    of: (pair) => there(pair, { amountFen: pair.there.amountFen + 1, feeMilliFen: pair.there.feeMilliFen }),
  },
  { kind: 'amount_differs', of: (pair) => there(pair, { currency: 'USD' }) },
  { kind: 'paid_there', of: (pair) => (isPayment(pair) ? here(pair, { status: 'open', transactionId: null }) : null) },
  {
    kind: 'paid_there',
    of: (pair) => (isPayment(pair) ? here(pair, { status: 'closed', transactionId: null }) : null),
  },
  { kind: 'refunded_there', of: (pair) => (isPayment(pair) ? null : { rows: [pair.there], ours: [] }) },
  { kind: 'refund_status_differs', of: (pair) => (isPayment(pair) ? null : here(pair, { status: 'requested' })) },
  { kind: 'refund_status_differs', of: (pair) => (isPayment(pair) ? null : here(pair, { status: 'declined' })) },
  { kind: 'double', of: (pair) => ({ rows: [pair.there, pair.there], ours: [pair.here] }) },
  {
    kind: 'unknown_merchant',
    of: (pair) => ({ rows: [pair.there, { ...pair.there, mchId: '1900000199' }], ours: [pair.here] }),
  },
  { kind: 'fee_unexpected', of: (pair) => there(pair, { feeMilliFen: pair.there.feeMilliFen + 9_999_000 }) },
  { kind: 'fee_unexpected', of: (pair) => (isPayment(pair) ? there(pair, { feeRate: 'free', feeMilliFen: 1 }) : null) },
]

type Day = { pairs: Pair[]; losses: { place: number; loss: Loss }[] }

const REFUND_STATUSES = ['processing', 'succeeded', 'closed', 'abnormal'] as const

const day: fc.Arbitrary<Day> = fc
  .record({
    amounts: fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 12 }),
    kinds: fc.array(fc.constantFrom('payment', ...REFUND_STATUSES), { minLength: 12, maxLength: 12 }),
    lost: fc.array(fc.tuple(fc.nat(11), fc.nat(LOSSES.length - 1)), { maxLength: 4 }),
  })
  .map(({ amounts, kinds, lost }) => {
    const pairs = amounts.map((fen, place) => {
      const kind = kinds[place] ?? 'payment'
      return kind === 'payment' ? paid(place, fen) : refunded(place, fen, kind)
    })
    const taken = new Map<number, Loss>()
    for (const [place, which] of lost) {
      const [pair, loss] = [pairs[place], LOSSES[which]]
      if (pair && loss && loss.of(pair) !== null) taken.set(place, loss)
    }
    return { pairs, losses: [...taken].map(([place, loss]) => ({ place, loss })) }
  })

/** Both sides after the losses, as one piece or as several. */
function sidesOf({ pairs, losses }: Day): Side[] {
  return pairs.map((pair, place) => {
    const loss = losses.find((it) => it.place === place)
    return loss?.loss.of(pair) ?? { rows: [pair.there], ours: [pair.here] }
  })
}

type Comparing = (compared: Compared) => ReturnType<typeof compareBill>

/** Compares a day in pieces of some pairs, as a long bill is. */
function found(day: Day, compare: Comparing, size: number): string[] {
  const sides = sidesOf(day)
  const billed: Compared['billed'][number][] = []
  const differences: ReturnType<typeof compareBill> = []
  for (let start = 0; start < sides.length; start += size) {
    const piece = sides.slice(start, start + size)
    const [rows, ours] = [piece.flatMap((it) => it.rows), piece.flatMap((it) => it.ours)]
    differences.push(...compare({ mchId: MCH_ID, feeRate: null, rows, ours, due: [], billed }))
    billed.push(...rows.filter((it) => it.mchId === MCH_ID).map((it) => ({ type: it.type, number: numberOf(it) })))
  }
  const due = sides.flatMap((it) => it.ours).filter((it) => it.transactionId !== null)
  differences.push(...compare({ mchId: MCH_ID, feeRate: null, rows: [], ours: [], due, billed }))
  return differences.map((it) => `${it.kind} ${it.number}`).sort()
}

const lostIn = ({ pairs, losses }: Day) =>
  losses.map(({ place, loss }) => `${loss.kind} ${pairs[place]?.here.number}`).sort()

const property = (compare: Comparing, numRuns: number) =>
  fc.check(
    fc.property(day, fc.integer({ min: 1, max: 12 }), (it, size) => {
      expect(found(it, compare, size)).toEqual(lostIn(it))
    }),
    { numRuns, seed: 20260105 },
  )

test('of a thousand random days, the comparison finds exactly what was lost or changed on either side', () => {
  expect(property(compareBill, 1_000)).toMatchObject({ failed: false, numRuns: 1_000 })
})

const edited = (change: (row: BillRow, ours: Ours | undefined) => BillRow): Comparing => {
  return (it) => {
    const of = (row: BillRow) => it.ours.find(({ number }) => number === numberOf(row))
    return compareBill({ ...it, rows: it.rows.map((row) => change(row, of(row))) })
  }
}

/** A comparison that looks away in one way. */
const MUTANTS: Record<TradeDifferenceKind, Comparing> = {
  missing_here: (it) => {
    const isKnown = (row: BillRow) => it.ours.some(({ number }) => number === numberOf(row))
    return compareBill({ ...it, rows: it.rows.filter((row) => row.type === 'refund' || isKnown(row)) })
  },
  missing_there: (it) => compareBill({ ...it, due: [] }),
  amount_differs: edited((row, ours) => ({ ...row, amountFen: ours?.amountFen ?? row.amountFen })),
  paid_there: (it) =>
    compareBill({
      ...it,
      ours: it.ours.map((ours) => {
        const row = it.rows.find((row) => numberOf(row) === ours.number)
        return { ...ours, transactionId: ours.transactionId ?? row?.transactionId ?? null }
      }),
    }),
  refunded_there: (it) => {
    const isKnown = (row: BillRow) => it.ours.some(({ number }) => number === numberOf(row))
    return compareBill({ ...it, rows: it.rows.filter((row) => row.type === 'payment' || isKnown(row)) })
  },
  refund_status_differs: edited((row, ours) => {
    const isWaiting = ours?.status === 'requested' || ours?.status === 'declined'
    return isWaiting ? { ...row, refundStatus: 'SUCCESS', outRefundNo: null, type: 'payment' } : row
  }),
  double: (it) => {
    const numbers = it.rows.map((row) => `${row.mchId} ${row.type} ${numberOf(row)}`)
    return compareBill({ ...it, rows: it.rows.filter((_, place) => numbers.indexOf(numbers[place] ?? '') === place) })
  },
  unknown_merchant: (it) => compareBill({ ...it, rows: it.rows.filter(({ mchId }) => mchId === MCH_ID) }),
  fee_unexpected: edited((row) => ({ ...row, feeMilliFen: 0, feeRate: '' })),
}

test.each(Object.entries(MUTANTS))('a comparison that overlooks %s is noticed', (_, mutant) => {
  expect(property(mutant, 1_000).failed).toBe(true)
})

test('a bill that is behind does not differ from a refund that went on, and one that is ahead does', () => {
  const differing = (status: OurRefund['status'], refundStatus: string) => {
    const pair = refunded(1, 100, status)
    const rows = [{ ...pair.there, refundStatus }]
    return (
      compareBill({ mchId: MCH_ID, feeRate: null, rows, ours: [pair.here], due: [pair.here], billed: [] }).length > 0
    )
  }
  for (const status of REFUND_STATUSES) expect(differing(status, 'PROCESSING')).toBe(false)
  expect(REFUND_STATUSES.filter((it) => !differing(it, 'SUCCESS'))).toEqual(['succeeded'])
  expect(REFUND_STATUSES.filter((it) => !differing(it, 'FAIL'))).toEqual(['closed'])
  expect(REFUND_STATUSES.filter((it) => !differing(it, 'CHANGE'))).toEqual(['processing', 'succeeded', 'abnormal'])
})

test('what a bill of another day had is not missing in this one, and stands in it a second time', () => {
  const pair = paid(1, 8_800)
  const billed = [{ type: 'payment', number: 'T1' }] as const
  const compared = { mchId: MCH_ID, feeRate: null, ours: [pair.here], due: [pair.here], billed }
  expect(compareBill({ ...compared, rows: [] })).toEqual([])
  expect(compareBill({ ...compared, rows: [pair.there] }).map(({ kind }) => kind)).toEqual(['double'])
})

test('a rate that was agreed on counts more than what a line says of itself, for payments alone', () => {
  const kinds = (pair: Pair, feeRate: number | null, change: Partial<BillRow> = {}) =>
    compareBill({
      mchId: MCH_ID,
      feeRate,
      rows: [{ ...pair.there, ...change }],
      ours: [pair.here],
      due: [],
      billed: [],
    }).map(({ kind }) => kind)
  const payment = paid(1, 10_000)
  expect(kinds(payment, readFeeRate('0.60%'))).toEqual([])
  expect(kinds(payment, readFeeRate('0.6%'))).toEqual([])
  expect(kinds(payment, readFeeRate('0.38%'))).toEqual(['fee_unexpected'])
  // One percent of a payment is consistent with itself, and not what was agreed on.
  const dear = { feeRate: '1.00%', feeMilliFen: 100_000 }
  expect(kinds(payment, null, dear)).toEqual([])
  expect(kinds(payment, readFeeRate('0.60%'), dear)).toEqual(['fee_unexpected'])
  expect(kinds(payment, readFeeRate('0.60%'), { feeRate: '', feeMilliFen: 0 })).toEqual(['fee_unexpected'])
  expect(kinds(refunded(1, 100, 'succeeded'), readFeeRate('0.38%'))).toEqual([])
  expect(['', '0.6', '-1%', '100%', '0.60000%', ' 1%', '1e1%'].map(readFeeRate)).toEqual(Array(7).fill(null))
})
