import { beginOf, type Day, dayAfter } from '@/lib/shop/beijing'
import {
  BILL_BYTES_MAX,
  type BillReading,
  type BillRow,
  type BillTotals,
  type FlowRow,
  type FundFlowTotals,
} from '@/lib/shop/bill'
import {
  BadBill,
  cellOf,
  countOf,
  fenOf,
  milliFenOf,
  milliFenSumOf,
  readTable,
  sumOf,
  type TableRow,
} from './bill-table'
import { readSpacedTime } from './time'

/** Rows are handed over so many at a time, so that a long bill needs no more memory than a short one. */
const BATCH = 500
/** A row may stand in the bill of the day beside its own when it is this near to midnight. */
const EDGE_MS = 3600_000

/** What every trade bill has, whatever the account's age; of several names one. */
const TRADE_COLUMNS = [
  ['交易时间'],
  ['公众账号ID'],
  ['商户号'],
  ['微信订单号'],
  ['商户订单号'],
  ['交易状态'],
  ['货币种类'],
  ['订单金额', '总金额'],
  ['手续费'],
  ['费率'],
] as const
/** Columns of the summary and the sums that they have to be, in whole fen; each counts where it is there. */
const SUMS = [
  ['订单总金额', '订单金额'],
  ['应结订单总金额', '应结订单金额'],
  ['总交易额', '总金额'],
  ['申请退款总金额', '申请退款金额'],
  ['退款总金额', '退款金额'],
  ['总退款金额', '退款金额'],
  ['充值券退款总金额', '充值券退款金额'],
  ['总代金券或立减优惠退款金额', '代金券或立减优惠退款金额'],
] as const
const SUMMED = [...new Set(SUMS.map(([, column]) => column))]

export type ExpectedBill = { day: Day; mchId: string; bytesMax?: number }

/** Reads a trade bill, by the names of its columns. What is not this merchant's bill of this day is refused with a reason. */
export async function readTradeBill(
  source: AsyncIterable<Uint8Array>,
  { day, mchId, bytesMax = BILL_BYTES_MAX }: ExpectedBill,
  take: (rows: BillRow[]) => Promise<void>,
): Promise<BillReading<BillTotals>> {
  const totals = { rows: 0, payments: 0, paidFen: 0, refunds: 0, refundedFen: 0, feeMilliFen: 0 }
  const sums = new Map<string, number>()
  let returnableMilliFen = 0
  let own = 0
  let batch: BillRow[] = []
  return reading(async () => {
    const summary = await readTable(source, { required: TRADE_COLUMNS, bytesMax }, (found) => {
      const row = rowOf(found, day)
      totals.rows += 1
      totals.feeMilliFen += row.feeMilliFen
      if (row.type === 'payment') {
        totals.payments += 1
        totals.paidFen += row.amountFen
      } else if (row.refundStatus !== 'FAIL') {
        totals.refunds += 1
        totals.refundedFen += row.amountFen
        returnableMilliFen += row.feeMilliFen === 0 ? row.amountFen * 10 + 1_000 : 0
      }
      if (row.mchId === mchId) own += 1
      addUp(sums, found)
      batch.push(row)
      if (batch.length < BATCH) return undefined
      const full = batch
      batch = []
      return take(full)
    })
    if (totals.rows > 0 && own === 0) throw new BadBill('other_merchant')
    const feeMilliFen = checkSummary(summary, { ...totals, sums, returnableMilliFen })
    if (batch.length > 0) await take(batch)
    return { ...totals, feeMilliFen }
  })
}

function addUp(sums: Map<string, number>, row: TableRow): void {
  for (const column of SUMMED) {
    if (row.columns.has(column)) sums.set(column, (sums.get(column) ?? 0) + fenOf(row, column))
  }
}

type Added = BillTotals & { sums: Map<string, number>; returnableMilliFen: number }

/** The fee of the day, once the file's last line agrees with its rows. */
function checkSummary(summary: TableRow, { rows, feeMilliFen, sums, returnableMilliFen }: Added): number {
  const differs = () => new BadBill('summary_differs', summary.line)
  if (countOf(summary, '总交易单数') !== rows) throw differs()
  for (const [total, column] of SUMS) {
    if (summary.columns.has(total) && sumOf(summary, total) !== (sums.get(column) ?? 0)) throw differs()
  }
  // Bills were recorded that give fees back in the summary alone, and none in the rows of refunds (documentation, fees).
  const said = milliFenSumOf(summary, '手续费总金额')
  if (said > feeMilliFen || said < feeMilliFen - returnableMilliFen) throw differs()
  return said
}

function rowOf(row: TableRow, day: Day): BillRow {
  const state = cellOf(row, '交易状态')
  if (state !== 'SUCCESS' && state !== 'REFUND' && state !== 'REVOKED') throw new BadBill('bad_value', row.line)
  const outTradeNo = numberOf(row, '商户订单号')
  const shared = {
    line: row.line,
    at: timeOf(row, '交易时间', day),
    appid: cellOf(row, '公众账号ID'),
    mchId: cellOf(row, '商户号'),
    transactionId: numberOf(row, '微信订单号'),
    outTradeNo,
    currency: cellOf(row, '货币种类'),
    feeMilliFen: milliFenOf(row, '手续费'),
    feeRate: cellOf(row, '费率'),
  }
  if (state === 'SUCCESS') {
    const amountFen = fenOf(row, '订单金额', '总金额')
    return { ...shared, type: 'payment', amountFen, refundId: null, outRefundNo: null, refundStatus: null }
  }
  return {
    ...shared,
    type: 'refund',
    amountFen: fenOf(row, '申请退款金额', '退款金额'),
    refundId: numberOf(row, '微信退款单号'),
    outRefundNo: numberOf(row, '商户退款单号'),
    refundStatus: cellOf(row, '退款状态'),
  }
}

function numberOf(row: TableRow, name: string): string {
  const text = cellOf(row, name)
  if (!/^[!-~]{1,64}$/.test(text)) throw new BadBill('bad_value', row.line)
  return text
}

function timeOf(row: TableRow, name: string, day: Day): number {
  const at = readSpacedTime(cellOf(row, name))
  if (at === null) throw new BadBill('bad_value', row.line)
  if (at < beginOf(day) - EDGE_MS || at >= beginOf(dayAfter(day)) + EDGE_MS) throw new BadBill('wrong_date', row.line)
  return at
}

const FUND_FLOW_COLUMNS = [
  ['记账时间'],
  ['微信支付业务单号'],
  ['资金流水单号'],
  ['业务类型'],
  ['收支类型'],
  ['收支金额(元)', '收支金额（元）'],
  ['业务凭证号'],
] as const

/** Reads a fund-flow bill: what payments and refunds moved is handed over, and what all of it comes to, once its last line agrees. */
export async function readFundFlowBill(
  source: AsyncIterable<Uint8Array>,
  { day }: Pick<ExpectedBill, 'day'>,
  take: (rows: FlowRow[]) => Promise<void>,
): Promise<BillReading<FundFlowTotals>> {
  const income = { count: 0, fen: 0 }
  const expense = { count: 0, fen: 0 }
  let otherFen = 0
  let batch: FlowRow[] = []
  return reading(async () => {
    const summary = await readTable(source, { required: FUND_FLOW_COLUMNS, bytesMax: BILL_BYTES_MAX }, (found) => {
      const moved = movedBy(found, day)
      const side = moved.isIncome ? income : expense
      side.count += 1
      side.fen += Math.abs(moved.amountFen)
      const row = flowRowOf(found, moved)
      if (row === null) otherFen += moved.amountFen
      else batch.push(row)
      if (batch.length < BATCH) return undefined
      const full = batch
      batch = []
      return take(full)
    })
    checkFlowSummary(summary, income, expense)
    if (batch.length > 0) await take(batch)
    return { rows: income.count + expense.count, incomeFen: income.fen, expenseFen: expense.fen, otherFen }
  })
}

type Side = { count: number; fen: number }

function checkFlowSummary(summary: TableRow, income: Side, expense: Side): void {
  const isRight =
    countOf(summary, '资金流水总笔数') === income.count + expense.count &&
    countOf(summary, '收入笔数') === income.count &&
    sumOf(summary, '收入金额') === income.fen &&
    countOf(summary, '支出笔数') === expense.count &&
    sumOf(summary, '支出金额') === expense.fen
  if (!isRight) throw new BadBill('summary_differs', summary.line)
}

type MovedBy = Pick<FlowRow, 'line' | 'at' | 'amountFen'> & { isIncome: boolean }

function movedBy(row: TableRow, day: Day): MovedBy {
  const at = timeOf(row, '记账时间', day)
  const direction = cellOf(row, '收支类型')
  if (direction !== '收入' && direction !== '支出') throw new BadBill('bad_value', row.line)
  const fen = fenOf(row, '收支金额(元)', '收支金额（元）')
  const isIncome = direction === '收入'
  return { line: row.line, at, amountFen: isIncome ? fen : 0 - fen, isIncome }
}

/** A line of a payment or a refund; null for what no trade bill has, such as a withdrawal. */
function flowRowOf(row: TableRow, { line, at, amountFen }: MovedBy): FlowRow | null {
  const name = cellOf(row, '业务类型')
  const isFee = name.includes('手续费')
  if (!isFee && name !== '交易' && name !== '退款') return null
  const number = cellOf(row, '业务凭证号')
  if (!/^[!-~]{0,64}$/.test(number)) throw new BadBill('bad_value', row.line)
  const type = name.includes('退') ? 'refund' : 'payment'
  return { line, type, isFee, at, wechatNumber: numberOf(row, '微信支付业务单号'), number, amountFen }
}

async function reading<Totals>(work: () => Promise<Totals>): Promise<BillReading<Totals>> {
  try {
    return { ok: true, totals: await work() }
  } catch (error) {
    if (error instanceof BadBill) return { ok: false, reason: error.reason, line: error.line }
    throw error
  }
}
