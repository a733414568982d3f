import { writeTime } from '@/lib/wechat/time'
import { feeRateOf } from '../accounts'
import { BILL_ROW_FAULTS, type BillRowFault } from '../fault-names'
import { type Chances, drawChances } from '../faults'
import { chinaTime, yuan } from '../format'
import type { BilledRefund, BilledTrade } from '../ledger/bills'
import type { WeChat } from '../wechat'

const HOUR = 3600_000
const DAY = 24 * HOUR
/** The bill of a day is there from nine o'clock on the next one, and for three months. */
const READY_AFTER_MS = DAY + 9 * HOUR
const KEPT_MS = 92 * DAY

export const BILL_TYPES = ['ALL', 'SUCCESS', 'REFUND'] as const
export type BillType = (typeof BILL_TYPES)[number]

/** Which merchant's bill of which day, by the day's first instant. */
export type BillRequest = { mchId: string; begin: number }
export type WantedBill = { ok: true; file: string } | { ok: false; reason: 'bad_date' | 'creating' | 'none' }

/** All payments and refunds of a day, in whichever API version they were made. */
export function tradeBill(wechat: WeChat, request: BillRequest & { type: BillType }, chances: Chances): WantedBill {
  const refusal = refusalOf(wechat, request, chances)
  if (refusal !== null) return refusal
  const rows = billedRows(wechat, request).filter((it) => request.type === 'ALL' || it.type === request.type)
  if (rows.length === 0) return { ok: false, reason: 'none' }
  return { ok: true, file: writeTradeBill(spoilt(wechat, rows, chances), request.type, chances) }
}

/** All that moved on the merchant's account in a day. */
export function fundFlowBill(wechat: WeChat, request: BillRequest, chances: Chances): WantedBill {
  const refusal = refusalOf(wechat, request, chances)
  if (refusal !== null) return refusal
  const flows = billedRows(wechat, request).flatMap(flowsOf)
  return flows.length === 0 ? { ok: false, reason: 'none' } : { ok: true, file: writeFundFlow(flows) }
}

function refusalOf({ clock }: WeChat, { begin }: BillRequest, chances: Chances): (WantedBill & { ok: false }) | null {
  const now = clock.now()
  if (begin + DAY > now || begin < now - KEPT_MS) return { ok: false, reason: 'bad_date' }
  const isEarly = now < begin + READY_AFTER_MS
  return isEarly || chances.has('billLate') ? { ok: false, reason: 'creating' } : null
}

type BilledRow = {
  type: 'SUCCESS' | 'REFUND'
  at: number
  trade: BilledTrade
  refund: BilledRefund['refund'] | null
  /** In fen. What is given back of a fee stands in the summary alone, as in recordings. */
  fee: number
  returnedFee: number
  rate: string
  /** How a refund stood when the bill was written, which is never corrected. */
  status: string
  amount: number
}

const BILL_STATUSES = { PROCESSING: 'PROCESSING', SUCCESS: 'SUCCESS', CLOSED: 'FAIL', ABNORMAL: 'CHANGE' } as const

/** What a bill lists, in the order in which it happened. */
function billedRows({ ledger, accounts }: WeChat, { mchId, begin }: BillRequest): BilledRow[] {
  const end = begin + DAY
  const rate = feeRateOf(accounts, mchId)
  const feeOf = (fen: number) => Math.round((fen * rate) / 10_000)
  const shared = { rate: `${yuan(rate)}%` }
  const payments = ledger.listPaidBetween(mchId, begin, end).map((trade): BilledRow => {
    const { totalFee: amount, paidAt } = trade
    const fee = feeOf(amount)
    return {
      ...shared,
      type: 'SUCCESS',
      at: paidAt ?? begin,
      trade,
      refund: null,
      fee,
      returnedFee: 0,
      status: '',
      amount,
    }
  })
  const refunds = ledger.listRefundedBetween(mchId, begin, end).map(({ refund, trade }): BilledRow => {
    const { refundFee: amount, createdAt: at } = refund
    const isEnded = refund.endedAt !== null && refund.endedAt < begin + READY_AFTER_MS
    const status = BILL_STATUSES[isEnded ? refund.status : 'PROCESSING']
    const returnedFee = status === 'FAIL' ? 0 : feeOf(amount)
    return { ...shared, type: 'REFUND', at, trade, refund, fee: 0, returnedFee, status, amount }
  })
  return [...payments, ...refunds].sort((a, b) => a.at - b.at)
}

/** What faults make of the rows: of the whole bill they meet the first row that they can, of an order its own. */
function spoilt({ ledger }: WeChat, rows: BilledRow[], chances: Chances): BilledRow[] {
  const own = ledger
    .listFaults()
    .filter(({ outTradeNo, name }) => outTradeNo !== '' && BILL_ROW_FAULTS.some((it) => it === name))
  let left = rows
  for (const number of new Set(own.map(({ outTradeNo }) => outTradeNo))) {
    const place = left.findIndex(({ trade }) => trade.outTradeNo === number)
    if (place !== -1) left = spoil(left, place, drawChances(ledger, number))
  }
  return left.length === 0 ? left : spoil(left, 0, chances)
}

function spoil(rows: BilledRow[], place: number, chances: Chances): BilledRow[] {
  const met: BillRowFault | undefined = BILL_ROW_FAULTS.find(chances.has)
  const row = rows[place]
  if (met === undefined || row === undefined) return rows
  const others = { before: rows.slice(0, place), after: rows.slice(place + 1) }
  const instead = {
    billRowMissing: [],
    billRowTwice: [row, row],
    billAmountChanged: [{ ...row, amount: row.amount + 100 }],
  }[met]
  return [...others.before, ...instead, ...others.after]
}

const REFUND_TIMES = ['退款申请时间', '退款成功时间']
const COLUMNS = [
  ...[
    '交易时间',
    '公众账号ID',
    '商户号',
    '特约商户号',
    '设备号',
    '微信订单号',
    '商户订单号',
    '用户标识',
    '交易类型',
    '交易状态',
  ],
  ...[
    '付款银行',
    '货币种类',
    '应结订单金额',
    '代金券金额',
    '微信退款单号',
    '商户退款单号',
    '退款金额',
    '充值券退款金额',
  ],
  ...['退款类型', '退款状态', '商品名称', '商户数据包', '手续费', '费率', '订单金额', '申请退款金额', '费率备注'],
]
/** Columns of refunds, which a bill of payments does not have. */
const OF_REFUNDS = new Set([
  '微信退款单号',
  '商户退款单号',
  '退款金额',
  '充值券退款金额',
  '退款类型',
  '退款状态',
  '申请退款金额',
])
const SUMMARY = [
  '总交易单数',
  '应结订单总金额',
  '退款总金额',
  '充值券退款总金额',
  '手续费总金额',
  '订单总金额',
  '申请退款总金额',
]

function columnsOf(type: BillType): string[] {
  if (type === 'SUCCESS') return COLUMNS.filter((name) => !OF_REFUNDS.has(name))
  if (type === 'ALL') return COLUMNS
  const place = COLUMNS.indexOf('微信退款单号')
  return [...COLUMNS.slice(0, place), ...REFUND_TIMES, ...COLUMNS.slice(place)]
}

function writeTradeBill(rows: BilledRow[], type: BillType, chances: Chances): string {
  const columns = columnsOf(type)
  const sums = { paid: 0, refunded: 0, fee: 0 }
  const lines = rows.map((row) => {
    if (row.refund === null) sums.paid += row.amount
    else sums.refunded += row.amount
    sums.fee += row.fee - row.returnedFee
    const cells = cellsOf(row)
    return line(columns.map((name) => cells[name] ?? ''))
  })
  if (chances.has('billWrongSummary')) sums.paid += 100
  const { paid, refunded, fee } = sums
  const said = [rows.length, yuan(paid), yuan(refunded), '0.00', longYuan(fee), yuan(paid), yuan(refunded)].map(String)
  return fileOf([columns.join(','), ...lines, SUMMARY.join(','), line(said)])
}

function cellsOf({ type, at, trade, refund, fee, rate, status, amount }: BilledRow): Record<string, string> {
  const paid = refund === null ? yuan(amount) : '0.00'
  const refunded = refund === null ? '0.00' : yuan(amount)
  return {
    ...{ 交易时间: chinaTime(at), 公众账号ID: trade.appid, 商户号: trade.mchId, 特约商户号: '0' },
    ...{ 设备号: escaped(trade.deviceInfo), 微信订单号: trade.transactionId ?? '', 商户订单号: trade.outTradeNo },
    ...{ 用户标识: trade.openid, 交易类型: trade.tradeType, 交易状态: type, 付款银行: 'OTHERS', 货币种类: 'CNY' },
    ...{ 应结订单金额: paid, 代金券金额: '0.00', 订单金额: paid },
    ...{ 退款申请时间: chinaTime(at), 退款成功时间: refund?.endedAt ? chinaTime(refund.endedAt) : '' },
    ...{ 微信退款单号: refund?.refundId ?? '0', 商户退款单号: refund?.outRefundNo ?? '0', 退款金额: refunded },
    ...{
      充值券退款金额: '0.00',
      退款类型: refund === null ? '' : 'ORIGINAL',
      退款状态: status,
      申请退款金额: refunded,
    },
    ...{
      商品名称: escaped(trade.body),
      商户数据包: escaped(trade.attach),
      手续费: longYuan(fee),
      费率: rate,
      费率备注: '',
    },
  }
}

type Flow = { at: number; row: BilledRow; kind: string; isIncome: boolean; fen: number; note: string }

/**
 * What one payment or refund moves. The fee of a payment has a line of its own; what comes back of it with a refund makes
 * the refund's line less, and its remark says so, as in recordings.
 */
function flowsOf(row: BilledRow): Flow[] {
  const { at, fee, returnedFee, amount, status } = row
  if (status === 'FAIL') return []
  const shared = { at, row, note: '' }
  const note = `退款总金额${yuan(amount)}元;含手续费${yuan(returnedFee)}元`
  const flows =
    row.refund === null
      ? [
          { ...shared, kind: '交易', isIncome: true, fen: amount },
          { ...shared, kind: '扣除交易手续费', isIncome: false, fen: fee },
        ]
      : [{ ...shared, kind: '退款', isIncome: false, fen: amount - returnedFee, note }]
  return flows.filter(({ fen }) => fen > 0)
}

const FLOW_COLUMNS = [
  ...[
    '记账时间',
    '微信支付业务单号',
    '资金流水单号',
    '业务名称',
    '业务类型',
    '收支类型',
    '收支金额(元)',
    '账户结余(元)',
  ],
  ...['资金变更提交申请人', '备注', '业务凭证号'],
]
const FLOW_SUMMARY = ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额']

function writeFundFlow(flows: Flow[]): string {
  let balance = 0
  const lines = flows.map(({ at, row, kind, isIncome, fen, note }, place) => {
    balance += isIncome ? fen : -fen
    const { trade, refund } = row
    const number = `${writeTime(at)}${String(place).padStart(10, '0')}`
    const voucher = refund?.outRefundNo ?? trade.outTradeNo
    const id = refund?.refundId ?? trade.transactionId ?? ''
    const moved = [isIncome ? '收入' : '支出', yuan(fen), signedYuan(balance)]
    const [name, who] = refund === null ? ['交易', 'system'] : ['退款', `${trade.mchId}API`]
    return line([chinaTime(at), id, number, name, kind, ...moved, who, note, voucher])
  })
  const side = (isIncome: boolean) => {
    const fens = flows.filter((it) => it.isIncome === isIncome).map(({ fen }) => fen)
    return [String(fens.length), yuan(fens.reduce((sum, it) => sum + it, 0))]
  }
  return fileOf([
    FLOW_COLUMNS.join(','),
    ...lines,
    FLOW_SUMMARY.join(','),
    line([String(flows.length), ...side(true), ...side(false)]),
  ])
}

/** A back-tick before each cell, so that long numbers stay as they are in a spreadsheet. */
function line(cells: string[]): string {
  return `\`${cells.join(',`')}`
}

function fileOf(lines: string[]): string {
  return `\ufeff${lines.join('\r\n')}\r\n`
}

/** Merchant text as WeChat writes it: neither comma nor line break is left in it. */
function escaped(text: string): string {
  return text.replaceAll(',', '\\ ').replaceAll(/\r\n|\r|\n/g, '\\n')
}

function signedYuan(fen: number): string {
  return fen < 0 ? `-${yuan(-fen)}` : yuan(fen)
}

/** Fees have five decimals. */
function longYuan(fen: number): string {
  return `${signedYuan(fen)}000`
}
