import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BillRow, BillTotals, Moves } from '@/lib/shop/bill'
import { wechatNumberOf } from '@/lib/shop/bill'
import { type ComparedFlow, compareFlow, compareNet } from '@/lib/shop/compare-flow'
import type { FlowDifferenceKind, FoundDifference } from '@/lib/shop/difference'

const DAY = '2026-01-05'
const feeOf = (fen: number) => Math.round(fen * 0.006)

/** One line of the trade bill, and what it moved; nothing when a refund had failed. */
type Pair = { row: BillRow; moves: Moves | null }

function pairOf(place: number, fen: number, status: string | null): Pair {
  const transactionId = `42${String(place).padStart(26, '0')}`
  const shared = { line: place + 2, at: place, appid: 'wx', mchId: '1900000109', transactionId, currency: 'CNY' }
  const numbers = { outTradeNo: `T${place}`, feeRate: '0.60%', amountFen: fen }
  const first = { line: place * 2 + 2, at: place, lines: 1 }
  if (status === null) {
    const feeMilliFen = feeOf(fen) * 1_000
    const none = { refundId: null, outRefundNo: null, refundStatus: null }
    const moves = { type: 'payment', wechatNumber: transactionId, number: `T${place}`, amountFen: fen } as const
    const row: BillRow = { ...shared, ...numbers, ...none, type: 'payment', feeMilliFen }
    return { row, moves: { ...first, ...moves, feeFen: -feeOf(fen) } }
  }
  const refund = { refundId: `50${place}`, outRefundNo: `R${place}`, refundStatus: status, feeMilliFen: 0 }
  // A fee comes back with its refund, in the same line for even ones and in one of its own for odd ones.
  const amountFen = place % 2 === 0 ? -fen + feeOf(fen) : -fen
  const feeFen = place % 2 === 0 ? 0 : feeOf(fen)
  const moves = { type: 'refund', wechatNumber: `50${place}`, number: `R${place}`, amountFen, feeFen } as const
  const row: BillRow = { ...shared, ...numbers, ...refund, type: 'refund' }
  return { row, moves: status === 'FAIL' ? null : { ...first, ...moves } }
}

/** What a pair becomes when something is lost or changed; null when that cannot happen to it. */
type Loss = {
  kind: FlowDifferenceKind
  of: (pair: Pair, moves: Moves) => { row: BillRow | null; moves: Moves | null } | null
}

const moved = ({ row }: Pair, moves: Moves) => ({ row, moves })
const isPayment = ({ row }: Pair) => row.type === 'payment'
const isLarge = ({ row }: Pair) => feeOf(row.amountFen) > 0

const LOSSES: Loss[] = [
  { kind: 'flow_missing', of: ({ row }) => ({ row, moves: null }) },
  { kind: 'flow_missing', of: (pair, it) => moved(pair, { ...it, lines: 0, amountFen: 0, feeFen: 0 }) },
  { kind: 'flow_unknown', of: (_, moves) => ({ row: null, moves }) },
  {
    kind: 'flow_amount_differs',
    of: (pair, it) => moved(pair, { ...it, amountFen: it.amountFen - pair.row.amountFen }),
  },
  {
    kind: 'flow_amount_differs',
    of: (pair, it) => (isPayment(pair) ? moved(pair, { ...it, amountFen: it.amountFen + 1 }) : null),
  },
  {
    kind: 'flow_fee_differs',
    of: (pair, it) => (isPayment(pair) ? moved(pair, { ...it, feeFen: it.feeFen - 1 }) : null),
  },
  {
    kind: 'flow_fee_differs',
    of: (pair, it) => (isPayment(pair) && isLarge(pair) ? moved(pair, { ...it, feeFen: 0 }) : null),
  },
  {
    kind: 'flow_double',
    of: (pair, it) =>
      moved(pair, {
        ...it,
        lines: 2,
        amountFen: it.amountFen * 2,
        feeFen: isPayment(pair) ? it.feeFen : it.feeFen * 2,
      }),
  },
  {
    kind: 'flow_net_differs',
    of: (pair, it) => (!isPayment(pair) && isLarge(pair) ? moved(pair, { ...it, feeFen: it.feeFen - 1 }) : null),
  },
]

type Day = { pairs: Pair[]; losses: Map<number, Loss> }

const day: fc.Arbitrary<Day> = fc
  .record({
    amounts: fc.array(fc.integer({ min: 1, max: 500_000 }), { minLength: 1, maxLength: 12 }),
    statuses: fc.array(fc.constantFrom(null, null, 'SUCCESS', 'PROCESSING', 'FAIL'), { minLength: 12, maxLength: 12 }),
    lost: fc.array(fc.tuple(fc.nat(11), fc.nat(LOSSES.length - 1)), { maxLength: 4 }),
  })
  .map(({ amounts, statuses, lost }) => {
    const pairs = amounts.map((fen, place) => pairOf(place, fen, statuses[place] ?? null))
    const losses = new Map<number, Loss>()
    for (const [place, which] of lost) {
      const [pair, loss] = [pairs[place], LOSSES[which]]
      if (pair?.moves && loss && loss.of(pair, pair.moves) !== null) losses.set(place, loss)
    }
    return { pairs, losses }
  })

function sidesOf({ pairs, losses }: Day) {
  return pairs.map((pair, place) => (pair.moves && losses.get(place)?.of(pair, pair.moves)) ?? pair)
}

/** What the trade bill says in its last line, which also knows what came back of fees. */
function totalsOf({ pairs, losses }: Day): BillTotals {
  const listed = pairs.filter((_, place) => losses.get(place)?.kind !== 'flow_unknown')
  const sum = (of: (pair: Pair) => number) => listed.reduce((all, pair) => all + of(pair), 0)
  const isFailed = ({ row }: Pair) => row.refundStatus === 'FAIL'
  return {
    rows: listed.length,
    payments: listed.filter(isPayment).length,
    paidFen: sum((it) => (isPayment(it) ? it.row.amountFen : 0)),
    refunds: listed.filter((it) => !isPayment(it) && !isFailed(it)).length,
    refundedFen: sum((it) => (isPayment(it) || isFailed(it) ? 0 : it.row.amountFen)),
    feeMilliFen: sum((it) => (isFailed(it) ? 0 : (isPayment(it) ? 1 : -1) * feeOf(it.row.amountFen) * 1_000)),
  }
}

type Comparing = { flow: typeof compareFlow; net: typeof compareNet }

/** Compares a day in pieces of some pairs, as a long bill is. */
function found(it: Day, { flow, net }: Comparing, size: number): string[] {
  const sides = sidesOf(it)
  const moves = sides.flatMap((side) => side.moves ?? [])
  const traded = sides.flatMap(({ row }) => (row === null ? [] : wechatNumberOf(row)))
  const differences: FoundDifference[] = []
  let came: number | null = 0
  for (let start = 0; start < sides.length; start += size) {
    const rows = sides.slice(start, start + size).flatMap(({ row }) => row ?? [])
    const piece = flow({ rows, moves, due: [], traded: [] })
    differences.push(...piece.found)
    came = came === null || piece.netMilliFen === null ? null : came + piece.netMilliFen
    const due = moves.slice(start, start + size)
    differences.push(...flow({ rows: [], moves: [], due, traded }).found)
  }
  const left = moves.slice(Math.ceil(sides.length / size) * size)
  differences.push(...flow({ rows: [], moves: [], due: left, traded }).found)
  const differing = came === null ? null : net(DAY, totalsOf(it), came)
  return [...differences, ...(differing === null ? [] : [differing])].map((one) => `${one.kind} ${one.number}`).sort()
}

/** Each loss by its number; what only the net shows is told once, and not while a refund differs by itself. */
function lostIn({ pairs, losses }: Day): string[] {
  const all = [...losses].map(([place, loss]) => ({ loss, pair: pairs[place] }))
  const lines = all.filter(({ loss }) => loss.kind !== 'flow_net_differs')
  const isRefundLost = lines.some(({ loss, pair }) => loss.kind !== 'flow_unknown' && pair && !isPayment(pair))
  const isNetLost = !isRefundLost && lines.length < all.length
  const named = lines.map(({ loss, pair }) => `${loss.kind} ${pair?.row.outRefundNo ?? pair?.row.outTradeNo}`)
  return [...named, ...(isNetLost ? [`flow_net_differs ${DAY}`] : [])].sort()
}

const property = (comparing: Comparing, numRuns: number) =>
  fc.check(
    fc.property(day, fc.integer({ min: 1, max: 12 }), (it, size) => {
      expect(found(it, comparing, size)).toEqual(lostIn(it))
    }),
    { numRuns, seed: 20260105 },
  )

const RIGHT: Comparing = { flow: compareFlow, net: compareNet }

test('of a thousand random days, what the account moved differs from the trade bill exactly where something was lost', () => {
  expect(property(RIGHT, 1_000)).toMatchObject({ failed: false, numRuns: 1_000 })
})

/** A comparison that takes what it sees for something else. */
const seen = (change: (row: BillRow, moves: Moves | undefined) => Moves | undefined): Comparing => ({
  ...RIGHT,
  flow: (it: ComparedFlow) => {
    const of = (row: BillRow) => it.moves.find(({ wechatNumber }) => wechatNumber === wechatNumberOf(row))
    return compareFlow({ ...it, moves: it.rows.flatMap((row) => change(row, of(row)) ?? []) })
  },
})

/** What a line would have moved if nothing were wrong. */
const rightOf = (row: BillRow) => pairOf(row.line - 2, row.amountFen, row.refundStatus).moves ?? undefined

const MUTANTS: Record<FlowDifferenceKind, Comparing> = {
  flow_missing: seen((row, moves) => (moves === undefined || moves.lines === 0 ? rightOf(row) : moves)),
  flow_unknown: { ...RIGHT, flow: (it) => compareFlow({ ...it, due: [] }) },
  flow_amount_differs: seen(
    (row, moves) => moves && { ...moves, amountFen: rightOf(row)?.amountFen ?? moves.amountFen },
  ),
  flow_fee_differs: seen((row, moves) => moves && { ...moves, feeFen: rightOf(row)?.feeFen ?? moves.feeFen }),
  flow_double: seen((row, moves) => (moves && moves.lines > 1 ? rightOf(row) : moves)),
  flow_net_differs: { ...RIGHT, net: () => null },
}

test.each(Object.entries(MUTANTS))('a comparison that overlooks %s is noticed', (_, mutant) => {
  expect(property(mutant, 1_000).failed).toBe(true)
})

test('a fee with decimals is taken from the account in whole fen, and a refund may name its own', () => {
  const payment = pairOf(1, 88, null)
  const row = { ...payment.row, feeMilliFen: 528 }
  const kinds = (moves: Moves | null, it: BillRow) =>
    compareFlow({ rows: [it], moves: moves ? [moves] : [], due: [], traded: [] }).found.map(({ kind }) => kind)
  const of = (feeFen: number) => payment.moves && { ...payment.moves, feeFen }
  expect([of(-1), of(0), of(-2)].map((moves) => kinds(moves, row))).toEqual([[], [], ['flow_fee_differs']])
  const refund = pairOf(2, 10_000, 'SUCCESS')
  expect(kinds(refund.moves, { ...refund.row, feeMilliFen: -60_000 })).toEqual([])
  expect(kinds(refund.moves, { ...refund.row, feeMilliFen: -30_000 })).toEqual(['flow_amount_differs'])
})

test('a refund that failed moves nothing, or moves it back', () => {
  const { row } = pairOf(2, 10_000, 'FAIL')
  const there = pairOf(2, 10_000, 'SUCCESS').moves
  const kinds = (moves: Moves[]) =>
    compareFlow({ rows: [row], moves, due: [], traded: [] }).found.map(({ kind }) => kind)
  const back = there && { ...there, lines: 2, amountFen: 0, feeFen: 0 }
  expect([kinds([]), kinds(back ? [back] : []), kinds(there ? [there] : [])]).toEqual([[], [], ['flow_amount_differs']])
})
