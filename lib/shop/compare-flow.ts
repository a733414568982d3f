import type { Day } from './beijing'
import { type BillRow, type BillTotals, type MilliFen, type Moves, netMilliFen, wechatNumberOf } from './bill'
import { agreedFee, numberOf, ROUNDING_MILLI_FEN } from './compare-bill'
import type { FlowDifferenceKind, FoundDifference, Moved } from './difference'

/** What some lines of a trade bill, and some of the account's flow, are compared with. */
export type ComparedFlow = {
  rows: readonly BillRow[]
  /** What these have moved on the account. */
  moves: readonly Moves[]
  /** What a trade bill has to have by now, and WeChat's numbers of which one has. */
  due: readonly Moves[]
  traded: readonly string[]
}

/**
 * `netMilliFen` is what the rows came to on the account. Of a payment that differs it is what the bill says, so that it
 * is told once; null when a refund differs, as nobody can tell then which part of its fee came back.
 */
export type FlowComparison = { found: FoundDifference[]; netMilliFen: MilliFen | null }

/** Compares lines of a trade bill with what they moved on the account, both ways, piece by piece. Pure. */
export function compareFlow({ rows, moves, due, traded }: ComparedFlow): FlowComparison {
  const movesOf = new Map(moves.map((it) => [it.wechatNumber, it]))
  const found: FoundDifference[] = []
  let net: MilliFen | null = 0
  for (const row of rows) {
    const moved = movesOf.get(wechatNumberOf(row)) ?? null
    const difference = row.type === 'payment' ? ofPayment(row, moved) : ofRefund(row, moved)
    if (difference !== null) found.push(difference)
    if (row.type === 'payment') net = net === null ? null : net + row.amountFen * 1_000 - row.feeMilliFen
    else net = net === null || difference !== null ? null : net + totalOf(moved) * 1_000
  }
  const known = new Set(traded)
  found.push(...due.filter(({ wechatNumber }) => !known.has(wechatNumber)).map(unknown))
  return { found, netMilliFen: net }
}

function totalOf(moved: Moves | null): number {
  return moved === null ? 0 : moved.amountFen + moved.feeFen
}

function ofPayment(row: BillRow, moves: Moves | null): FoundDifference | null {
  const { lines, amountFen, feeFen } = moves ?? { lines: 0, amountFen: 0, feeFen: 0 }
  if (amountFen !== row.amountFen) {
    const isDouble = lines > 1 && amountFen === row.amountFen * lines
    const kind = lines === 0 ? 'flow_missing' : isDouble ? 'flow_double' : 'flow_amount_differs'
    return differenceOf(kind, row, movedOf(moves, { expected: row.amountFen * 1_000, moved: amountFen * 1_000 }))
  }
  // A bill's fee has five decimals, and an account only whole fen.
  if (isNear(-feeFen * 1_000, row.feeMilliFen)) return null
  return differenceOf('flow_fee_differs', row, movedOf(moves, { expected: -row.feeMilliFen, moved: feeFen * 1_000 }))
}

/**
 * What a refund takes is less by the part of the fee that comes back with it, in the same line or in one of its own; the
 * bill says how much that is only for the whole day. One that failed moves nothing, or moves it back.
 */
function ofRefund(row: BillRow, moves: Moves | null): FoundDifference | null {
  const moved = totalOf(moves)
  const lines = moves?.lines ?? 0
  const isFailed = row.refundStatus === 'FAIL'
  if (isFailed ? moved === 0 : lines > 0 && isRefundOf(row, moved)) return null
  const expected = isFailed ? 0 : -row.amountFen * 1_000 - row.feeMilliFen
  const isDouble = lines > 1 && !isFailed && isRefundOf(row, moved / lines)
  const kind = lines === 0 ? 'flow_missing' : isDouble ? 'flow_double' : 'flow_amount_differs'
  return differenceOf(kind, row, movedOf(moves, { expected, moved: moved * 1_000 }))
}

/** Whether an amount is a refund's, less its fee where the bill names that, or any part of its share where it does not. */
function isRefundOf(row: BillRow, movedFen: number): boolean {
  const returned = (movedFen + row.amountFen) * 1_000
  if (row.feeMilliFen !== 0) return isNear(returned, -row.feeMilliFen)
  return returned >= 0 && returned <= (agreedFee(row) ?? 0) + ROUNDING_MILLI_FEN
}

function isNear(a: MilliFen, b: MilliFen): boolean {
  return Math.abs(a - b) < ROUNDING_MILLI_FEN
}

function movedOf(moves: Moves | null, { expected, moved }: { expected: MilliFen; moved: MilliFen }): Moved {
  return { expectedMilliFen: expected, movedMilliFen: moved, line: moves?.line ?? null, at: moves?.at ?? null }
}

function differenceOf(kind: FlowDifferenceKind, row: BillRow, moved: Moved): FoundDifference {
  return { kind, subject: row.type, number: numberOf(row), orderId: null, here: null, there: row, moved }
}

function unknown(moves: Moves): FoundDifference {
  const { type: subject, number, wechatNumber } = moves
  const moved = movedOf(moves, { expected: 0, moved: totalOf(moves) * 1_000 })
  const nothing = { orderId: null, here: null, there: null }
  return { kind: 'flow_unknown', subject, number: number || wechatNumber, ...nothing, moved }
}

/** Whether a day's net is the same in both bills, once its lines were compared. */
export function compareNet(day: Day, totals: BillTotals, cameMilliFen: MilliFen): FoundDifference | null {
  const expected = netMilliFen(totals)
  // What came back of fees is whole fen for each refund, whatever decimals the bill's sum has.
  const slack = totals.feeMilliFen % 1_000 === 0 ? 0 : totals.refunds * ROUNDING_MILLI_FEN
  if (Math.abs(expected - cameMilliFen) <= slack) return null
  const moved = movedOf(null, { expected, moved: cameMilliFen })
  return { kind: 'flow_net_differs', subject: 'day', number: day, orderId: null, here: null, there: null, moved }
}
