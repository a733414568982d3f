/* Bill files as WeChat writes them: the columns of the documentation, in its order. */

const ALL_COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
const ALL_SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
const OLD_COLUMNS =
  '交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率'
const OLD_SUMMARY = '总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额'

export const DAY = '2026-01-05'
export const MCH_ID = '1900000109'
const APPID = 'wxd930ea5d5a258f4f'

export type SampleRow = {
  at?: string
  mchId?: string
  number?: string
  yuan?: string
  refund?: { number: string; yuan: string; status?: string }
  fee?: string
  goods?: string
  state?: string
}

const cells = (values: string[]) => `\`${values.join(',`')}`

function transactionOf(number: string): string {
  return `4200000000${number.replace(/\D/g, '').padStart(18, '0')}`.slice(0, 28)
}

/** Cells of the columns up to 费率, which both kinds of accounts have under different names. */
function shared({ at, mchId, number, yuan, refund, fee, goods, state }: Required<SampleRow>): string[] {
  const isRefund = refund.number !== ''
  return [
    ...[at, APPID, mchId, '0', '', transactionOf(number), number, 'oUpF8uMuAJO', 'NATIVE'],
    ...[state || (isRefund ? 'REFUND' : 'SUCCESS'), 'OTHERS', 'CNY', isRefund ? '0.00' : yuan, '0.00'],
    ...(isRefund ? [`5${transactionOf(refund.number).slice(1)}`, refund.number, refund.yuan] : ['0', '0', '0.00']),
    ...['0.00', isRefund ? 'ORIGINAL' : '', isRefund ? (refund.status ?? 'SUCCESS') : '', goods, '', fee, '0.60%'],
  ]
}

const NO_REFUND = { number: '', yuan: '0.00' }

function complete(row: SampleRow, place: number): Required<SampleRow> {
  return {
    ...{ at: `${DAY} 12:00:00`, mchId: MCH_ID, number: `T${place + 1}`, yuan: '88.00', refund: NO_REFUND },
    ...{ fee: row.refund === undefined ? '0.53000' : '0.00000', goods: '龙井茶', state: '' },
    ...row,
  }
}

/** Added in fen, as whole numbers. */
function sumOf(yuan: string[]): string {
  const sum = yuan.reduce((all, it) => all + BigInt(it.replace('.', '')), 0n)
  const digits = String(sum < 0n ? -sum : sum).padStart(3, '0')
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

function sumOfFees(fees: string[]): string {
  const sum = fees.reduce((all, it) => all + BigInt(it.replace('.', '')), 0n)
  const digits = String(sum < 0n ? -sum : sum).padStart(6, '0')
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -5)}.${digits.slice(-5)}`
}

/** A whole trade bill, with byte order mark and CRLF. */
export function tradeBill(
  rows: SampleRow[],
  { isOld = false, end = '\r\n', mark = '\ufeff', summary = {} } = {},
): string {
  const all = rows.map(complete)
  const paid = sumOf(all.map(({ yuan, refund }) => (refund.number === '' ? yuan : '0.00')))
  const refunded = sumOf(all.map(({ refund }) => refund.yuan))
  const fee = sumOfFees(all.map((it) => it.fee))
  const said = { count: String(all.length), paid, refunded, fee, ...summary }
  const lines = all.map((row) => {
    const isRefund = row.refund.number !== ''
    return cells(isOld ? shared(row) : [...shared(row), isRefund ? '0.00' : row.yuan, row.refund.yuan, ''])
  })
  const last = isOld
    ? [said.count, said.paid, said.refunded, '0.00', said.fee]
    : [said.count, said.paid, said.refunded, '0.00', said.fee, said.paid, said.refunded]
  return [
    mark + (isOld ? OLD_COLUMNS : ALL_COLUMNS),
    ...lines,
    isOld ? OLD_SUMMARY : ALL_SUMMARY,
    cells(last),
    '',
  ].join(end)
}

const FLOW_COLUMNS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号'

export type FlowSample = { type: '收入' | '支出'; yuan: string; kind?: string }

export function fundFlowBill(rows: FlowSample[], summary: Partial<{ income: string }> = {}): string {
  const lines = rows.map(({ type, yuan, kind = '交易' }, place) =>
    cells([
      ...[`${DAY} 12:00:00`, `4200${place}`, `F${place}`, '交易', kind, type, yuan],
      ...['0.00', 'system', '', `V${place}`],
    ]),
  )
  const of = (type: string) => rows.filter((it) => it.type === type).map(({ yuan }) => yuan)
  const [income, expense] = [of('收入'), of('支出')]
  const counts = [rows.length, income.length, summary.income ?? sumOf(income), expense.length, sumOf(expense)]
  const names = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额'
  return [`\ufeff${FLOW_COLUMNS}`, ...lines, names, cells(counts.map(String)), ''].join('\r\n')
}

/** The bytes of a text in pieces of any size. */
export async function* piecesOf(text: string | Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
