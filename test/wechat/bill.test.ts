import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BillRow, FlowRow } from '@/lib/shop/bill'
import { readFundFlowBill, readTradeBill } from '@/lib/wechat/bill'
import { fenOf } from '@/lib/wechat/bill-table'
import { DAY, type FlowSample, fundFlowBill, MCH_ID, piecesOf, type SampleRow, tradeBill } from './bill-samples'

async function read(text: string | Uint8Array, { day = DAY, mchId = MCH_ID, size = 1_000 } = {}) {
  const rows: BillRow[] = []
  const reading = await readTradeBill(piecesOf(text, size), { day, mchId }, async (batch) => void rows.push(...batch))
  return { reading, rows }
}

const reasonOf = async (text: string | Uint8Array, expected = {}) => {
  const { reading } = await read(text, expected)
  return reading.ok ? 'ok' : reading.reason
}

const REFUND: SampleRow = { number: 'T1', refund: { number: 'R1', yuan: '8.80' } }

test('a bill is read by the names of its columns, with and without byte order mark, CRLF or LF, cut anywhere', async () => {
  for (const isOld of [false, true]) {
    for (const end of ['\r\n', '\n']) {
      for (const mark of ['\ufeff', '']) {
        for (const size of [1, 7, 100_000]) {
          const { reading, rows } = await read(tradeBill([{ number: 'T1' }, REFUND], { isOld, end, mark }), { size })
          expect(reading).toEqual({
            ok: true,
            totals: { rows: 2, payments: 1, paidFen: 8_800, refunds: 1, refundedFen: 880, feeMilliFen: 53_000 },
          })
          expect(rows.map(({ type, amountFen, line }) => [type, amountFen, line])).toEqual([
            ['payment', 8_800, 2],
            ['refund', 880, 3],
          ])
        }
      }
    }
  }
})

test('a row becomes what it says, and a payment has no refund', async () => {
  const { rows } = await read(tradeBill([{ number: 'T1', yuan: '0.01', fee: '0.04000' }, REFUND]))
  expect(rows[0]).toEqual({
    ...{ line: 2, type: 'payment', at: Date.UTC(2026, 0, 5, 4), appid: 'wxd930ea5d5a258f4f', mchId: MCH_ID },
    ...{ transactionId: '4200000000000000000000000001', outTradeNo: 'T1', amountFen: 1, currency: 'CNY' },
    ...{ refundId: null, outRefundNo: null, refundStatus: null, feeMilliFen: 4_000, feeRate: '0.60%' },
  })
  expect(rows[1]).toMatchObject({ outRefundNo: 'R1', refundStatus: 'SUCCESS', feeMilliFen: 0 })
})

test('every amount to 10,000.00 yuan is the fen that it says', () => {
  const columns = new Map([['订单金额', 0]])
  let wrong = 0
  for (let fen = 0; fen <= 1_000_000; fen += 1) {
    const yuan = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
    if (fenOf({ line: 2, columns, cells: [yuan] }, '订单金额') !== fen) wrong += 1
  }
  expect(wrong).toBe(0)
})

test('random amounts and fees are exactly what they say, and so is their sum', async () => {
  const digits = (max: number) => fc.bigInt({ min: 1n, max: BigInt(max) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(digits(9_999_999_999), digits(99_999_999)), { minLength: 1, maxLength: 20 }),
      async (all) => {
        const withPoint = (value: bigint, decimals: number) => {
          const text = String(value).padStart(decimals + 1, '0')
          return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
        }
        const bill = tradeBill(all.map(([fen, fee]) => ({ yuan: withPoint(fen, 2), fee: withPoint(fee, 5) })))
        const { reading, rows } = await read(bill)
        expect(rows.map(({ amountFen, feeMilliFen }) => [BigInt(amountFen), BigInt(feeMilliFen)])).toEqual(all)
        const sums = reading.ok ? [BigInt(reading.totals.paidFen), BigInt(reading.totals.feeMilliFen)] : []
        expect(sums).toEqual([0, 1].map((at) => all.reduce((sum, pair) => sum + (pair[at] ?? 0n), 0n)))
      },
    ),
    { numRuns: 100 },
  )
})

test('csv-parse reads the same cells of the same file', async () => {
  const goods = fc.string({ unit: 'grapheme', maxLength: 30 }).map((it) => it.replace(/[,`"\r\n\p{C}]/gu, ''))
  await fc.assert(
    fc.asyncProperty(fc.array(goods, { minLength: 1, maxLength: 10 }), async (names) => {
      const bill = tradeBill(names.map((it, place) => ({ goods: it, number: `T${place}` })))
      const table: string[][] = parse(bill, {
        bom: true,
        relax_column_count: true,
        quote: null,
        record_delimiter: '\r\n',
      })
      const numbers = table.slice(1, -2).map((line) => line[6]?.slice(1))
      const { rows } = await read(bill)
      expect(rows.map(({ outTradeNo }) => outTradeNo)).toEqual(numbers)
      expect(table.slice(1, -2).map((line) => line[20]?.slice(1))).toEqual(names)
    }),
    { numRuns: 50 },
  )
})

const good = tradeBill([{ number: 'T1' }, REFUND])
const edited = (from: string, to: string) => good.replace(from, to)

test.each([
  ['nothing', '', 'not_a_bill'],
  ['a page of HTML', '<html><head><title>502</title></head></html>', 'not_a_bill'],
  ['a failure in XML', '<xml><return_code>FAIL</return_code></xml>', 'not_a_bill'],
  ['another encoding', new Uint8Array([0xb9, 0xab, 0xd6, 0xda, 0x2c, 0x0a]), 'not_utf8'],
  ['a line without an end', `${'x'.repeat(40_000)}`, 'line_too_long'],
  ['a missing column', edited('订单金额,', '别的金额,').replace(',订单金额,申请', ',另外,申请'), 'missing_column'],
  ['a column twice', edited('设备号', '商户号'), 'not_a_bill'],
  ['one cell too many', edited(',`NATIVE', ',`NATIVE,`X'), 'wrong_cells'],
  ['one cell too few', edited(',`NATIVE', ''), 'wrong_cells'],
  ['cut after a row', good.slice(0, good.indexOf('总交易单数')), 'cut_short'],
  ['cut within a row', good.slice(0, good.indexOf('REFUND')), 'wrong_cells'],
  ['cut before the last line', good.slice(0, good.lastIndexOf('`2')), 'cut_short'],
  ['rows after the summary', `${good}\`1,\`2`, 'wrong_cells'],
  ['three decimals', edited('`88.00,`0.00,`0,', '`88.001,`0.00,`0,'), 'bad_value'],
  ['an amount with words', tradeBill([{ yuan: '1' }]).replace('`1,', '`1e3,'), 'bad_value'],
  ['a negative amount', edited('`88.00,`0.00,`\r', '`-88.00,`0.00,`\r'), 'negative_amount'],
  ['a huge amount', tradeBill([{ yuan: '99999999999999999999.00' }]), 'amount_too_large'],
  ['an unknown state', tradeBill([{ state: 'PAYERROR' }]), 'bad_value'],
  ['no such time', tradeBill([{ at: `${DAY} 25:00:00` }]), 'bad_value'],
  ['another day', tradeBill([{ at: '2026-01-07 12:00:00' }]), 'wrong_date'],
  ["another merchant's bill", tradeBill([{ mchId: '1900000199' }]), 'other_merchant'],
  ['a wrong number of rows', tradeBill([{}], { summary: { count: '2' } }), 'summary_differs'],
  ['a wrong sum', tradeBill([{}], { summary: { paid: '88.01' } }), 'summary_differs'],
  ['a wrong sum of refunds', tradeBill([REFUND], { summary: { refunded: '0.00' } }), 'summary_differs'],
  ['a wrong sum of fees', tradeBill([{}], { summary: { fee: '0.54000' } }), 'summary_differs'],
])('%s is refused with a reason', async (_, text, reason) => {
  expect(await reasonOf(text)).toBe(reason)
})

test('a single row of another merchant is handed over, and fees may be given back in the summary alone', async () => {
  expect(await reasonOf(tradeBill([{}, { mchId: '1900000199' }]))).toBe('ok')
  const bill = tradeBill([{ number: 'T1', refund: { number: 'R1', yuan: '3.00' } }], { summary: { fee: '-0.02000' } })
  const { reading } = await read(bill)
  expect(reading.ok && reading.totals.feeMilliFen).toBe(-2_000)
})

test('a file without an end is left after its limit, and no more than 500 rows are handed over at once', async () => {
  let given = 0
  const rows = tradeBill(Array.from({ length: 1_000 }, () => ({}))).split('\r\n')
  const chunk = Buffer.from(`${rows.slice(1, 1_001).join('\r\n')}\r\n`)
  async function* endless() {
    yield Buffer.from(`${rows[0]}\r\n`)
    for (;;) {
      given += chunk.length
      yield chunk
    }
  }
  let largest = 0
  const take = async (batch: BillRow[]) => {
    largest = Math.max(largest, batch.length)
  }
  const bytesMax = 4_000_000
  const reading = await readTradeBill(endless(), { day: DAY, mchId: MCH_ID, bytesMax }, take)
  expect(reading).toEqual({ ok: false, reason: 'too_large', line: null })
  expect(given).toBeLessThan(bytesMax + 2 * chunk.length)
  expect(largest).toBe(500)
})

async function readFlow(text: string) {
  const rows: FlowRow[] = []
  const reading = await readFundFlowBill(piecesOf(text), { day: DAY }, async (batch) => void rows.push(...batch))
  return { reading, rows }
}

const flowReason = async (text: string) => {
  const { reading } = await readFlow(text)
  return reading.ok ? 'ok' : reading.reason
}

const FLOW: FlowSample[] = [
  { type: '收入', yuan: '88.00' },
  { type: '支出', yuan: '0.53', kind: '扣除交易手续费' },
  { type: '支出', yuan: '8.75', kind: '退款' },
  { type: '收入', yuan: '0.05', kind: '退还交易手续费' },
  { type: '支出', yuan: '70.00', kind: '提现' },
]

test('a fund-flow bill comes to what its last line says, and tells what payments and refunds moved from the rest', async () => {
  const { reading, rows } = await readFlow(fundFlowBill(FLOW))
  expect(reading).toEqual({
    ok: true,
    totals: { rows: 5, incomeFen: 8_805, expenseFen: 53 + 875 + 7_000, otherFen: -7_000 },
  })
  expect(rows.map(({ line, type, isFee, amountFen }) => [line, type, isFee, amountFen])).toEqual([
    [2, 'payment', false, 8_800],
    [3, 'payment', true, -53],
    [4, 'refund', false, -875],
    [5, 'refund', true, 5],
  ])
  expect(rows[0]).toMatchObject({ wechatNumber: '42000', number: 'V0', at: Date.UTC(2026, 0, 5, 4) })
})

const flow = fundFlowBill(FLOW)
test.each([
  ['a wrong sum', fundFlowBill(FLOW, { income: '88.01' }), 'summary_differs'],
  ['a trade bill', tradeBill([{}]), 'missing_column'],
  ['a page of HTML', '<html></html>', 'not_a_bill'],
  ['a cut file', flow.slice(0, flow.indexOf('资金流水总笔数')), 'cut_short'],
  ['another day', flow.replace(`${DAY} 12:00:00`, '2026-01-08 12:00:00'), 'wrong_date'],
  ['neither income nor expense', flow.replace('`收入,`88.00', '`不收不支,`88.00'), 'bad_value'],
  ['a negative amount', flow.replace('`收入,`88.00', '`收入,`-88.00'), 'negative_amount'],
  ['a huge amount', flow.replace('`收入,`88.00', '`收入,`9999999999999.00'), 'amount_too_large'],
  ['a payment without a number', flow.replace('`42000,', '`,'), 'bad_value'],
])('%s is refused as a fund-flow bill with a reason', async (_, text, reason) => {
  expect(await flowReason(text)).toBe(reason)
})

test('a refund that had failed when the bill was written gave nothing back', async () => {
  const failed: SampleRow = { number: 'T1', refund: { number: 'R1', yuan: '8.80', status: 'FAIL' } }
  const { reading, rows } = await read(tradeBill([{ number: 'T1' }, failed]))
  expect(rows).toHaveLength(2)
  expect(reading).toMatchObject({ ok: true, totals: { rows: 2, refunds: 0, refundedFen: 0, paidFen: 8_800 } })
})
