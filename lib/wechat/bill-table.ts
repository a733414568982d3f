import { BILL_AMOUNT_MAX, type BillProblem } from '@/lib/shop/bill'

/*
 * The form of all bill files: names of columns, rows in which a back-tick stands before each cell, names of the summary's
 * columns, one summary row. Merchant text has neither commas nor line breaks, so that a comma with a back-tick after it
 * always separates.
 */

/** A line of WeChat's has some hundred characters, most of them the merchant's own text. */
const LINE_LENGTH_MAX = 16 * 1024

/** Thrown where a file is wrong; whoever reads it catches it and says so. */
export class BadBill extends Error {
  constructor(
    readonly reason: BillProblem,
    readonly line: number | null = null,
  ) {
    super(reason)
  }
}

/** A row, and where in it the cell of each column is. */
export type TableRow = { line: number; columns: ReadonlyMap<string, number>; cells: readonly string[] }
type Columns = TableRow['columns']

/** Hands over the rows of a table, each in turn, and gives its summary. Throws `BadBill`. */
export async function readTable(
  source: AsyncIterable<Uint8Array>,
  { required, bytesMax }: { required: readonly (readonly string[])[]; bytesMax: number },
  take: (row: TableRow) => Promise<void> | undefined,
): Promise<TableRow> {
  let columns: Columns | null = null
  let summaryColumns: Columns | null = null
  let summary: TableRow | null = null
  let line = 0
  for await (const text of linesOf(source, bytesMax)) {
    line += 1
    if (columns === null) {
      columns = namesIn(text, line)
      for (const names of required) {
        if (!names.some((name) => columns?.has(name))) throw new BadBill('missing_column', line)
      }
    } else if (text === '' && summary !== null) {
      // A line break at the end may be repeated.
    } else if (summary !== null) {
      throw new BadBill('wrong_cells', line)
    } else if (!text.startsWith('`')) {
      if (summaryColumns !== null) throw new BadBill('wrong_cells', line)
      summaryColumns = namesIn(text, line)
    } else if (summaryColumns !== null) {
      summary = rowOf(text, summaryColumns, line)
    } else {
      // Most rows only join a batch; waiting for nothing would take longer than reading them.
      const taken = take(rowOf(text, columns, line))
      if (taken !== undefined) await taken
    }
  }
  if (columns === null) throw new BadBill('not_a_bill')
  if (summary === null) throw new BadBill('cut_short')
  return summary
}

function namesIn(text: string, line: number): Columns {
  const names = text.split(',').map((name) => name.trim())
  const isList = names.length > 1 && names.every((name) => /^[\p{L}\p{N}()（）]{1,40}$/u.test(name))
  const columns = new Map(names.map((name, place) => [name, place]))
  if (!isList || columns.size !== names.length) throw new BadBill(line === 1 ? 'not_a_bill' : 'wrong_cells', line)
  return columns
}

function rowOf(text: string, columns: Columns, line: number): TableRow {
  const cells = text.slice(1).split(',`')
  if (cells.length !== columns.size) throw new BadBill('wrong_cells', line)
  return { line, columns, cells }
}

/** The lines of a file, without their ends. */
async function* linesOf(source: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let size = 0
  let rest = ''
  for await (const bytes of source) {
    size += bytes.byteLength
    if (size > bytesMax) throw new BadBill('too_large')
    const lines = (rest + decode(() => decoder.decode(bytes, { stream: true }))).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) yield withoutReturn(text)
    if (rest.length > LINE_LENGTH_MAX) throw new BadBill('line_too_long')
  }
  rest += decode(() => decoder.decode())
  if (rest !== '') yield withoutReturn(rest)
}

function decode(work: () => string): string {
  try {
    return work()
  } catch {
    throw new BadBill('not_utf8')
  }
}

function withoutReturn(text: string): string {
  if (text.length > LINE_LENGTH_MAX) throw new BadBill('line_too_long')
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/** The first of these columns that is there: accounts of different age have different ones. */
export function cellOf({ line, columns, cells }: TableRow, ...names: string[]): string {
  for (const name of names) {
    const place = columns.get(name)
    if (place !== undefined) return cells[place] ?? ''
  }
  throw new BadBill('missing_column', line)
}

/** An amount of yuan with at most two decimals, in whole fen. */
export function fenOf(row: TableRow, ...names: string[]): number {
  return amountOf(row, cellOf(row, ...names), { decimals: 2, max: BILL_AMOUNT_MAX })
}

/** The same of all rows together. */
export function sumOf(row: TableRow, name: string): number {
  return amountOf(row, cellOf(row, name), { decimals: 2, max: Number.MAX_SAFE_INTEGER })
}

/** A fee, which has up to five decimals and may be negative, in thousandths of a fen. */
export function milliFenOf(row: TableRow, name: string): number {
  return signedOf(row, cellOf(row, name), BILL_AMOUNT_MAX)
}

export function milliFenSumOf(row: TableRow, name: string): number {
  return signedOf(row, cellOf(row, name), Number.MAX_SAFE_INTEGER)
}

function signedOf(row: TableRow, text: string, max: number): number {
  // Minus nothing is nothing.
  return text.startsWith('-')
    ? 0 - amountOf(row, text.slice(1), { decimals: 5, max })
    : amountOf(row, text, { decimals: 5, max })
}

function amountOf({ line }: TableRow, text: string, { decimals, max }: { decimals: number; max: number }): number {
  const [, yuan, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (yuan === undefined || fraction.length > decimals) {
    throw new BadBill(/^-\d/.test(text) ? 'negative_amount' : 'bad_value', line)
  }
  // Beyond the limit a number may have lost its last digits, and is not what was written.
  const amount = Number(`${yuan}${fraction.padEnd(decimals, '0')}`)
  if (amount > max) throw new BadBill('amount_too_large', line)
  return amount
}

export function countOf(row: TableRow, name: string): number {
  const text = cellOf(row, name)
  if (!/^\d{1,9}$/.test(text)) throw new BadBill('bad_value', row.line)
  return Number(text)
}
