import { setImmediate as othersGoFirst } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import type { AdminAction } from '@/lib/shop/audit'
import { writeBeijingTime } from '@/lib/shop/beijing'
import type { Shop } from '@/lib/shop/shop'
import type { AddressQuery } from '@/lib/web/list-query'
import { redirect, withProblem } from '@/lib/web/redirect'
import type { AdminVisit } from './route-handler'

/** So many rows are in memory at once, however many there are. */
const PAGE = 200

/** A list of the pages for admins as a file: what it is called, how its filter is read, and how its rows are found and told. */
export type ListExport<Filter, Row> = {
  /** Beginning of the file's name. */
  name: string
  action: AdminAction
  read: (query: AddressQuery) => { filter: Filter; ignored: string[] }
  /** A filter as the record of admin actions keeps it. */
  write: (filter: Filter) => [string, string][]
  /** The list's page. */
  pathOf: (filter?: Filter) => string
  columns: string[]
  /** The rows after one of them, or from the first one on. */
  list: (filter: Filter, after: Row | null, limit: number) => Promise<Row[]>
  cells: (row: Row) => string[]
}

/**
 * All that a filter finds, page by page as fast as it is taken. A filter that is not understood is refused: left out, it
 * would find more. That somebody takes a file is written down, and how far it came.
 */
export async function answerExport<Filter, Row>(
  { runtime: { shop, limits }, admin, actor }: Pick<AdminVisit<unknown>, 'runtime' | 'admin' | 'actor'>,
  form: URLSearchParams,
  list: ListExport<Filter, Row>,
): Promise<Response> {
  const { filter, ignored } = list.read(Object.fromEntries(form))
  if (ignored.length > 0) return redirect(withProblem(list.pathOf(), 'invalid_body'))
  const taken = await limits.consume([{ limit: 'exports', key: admin.id }])
  if (!taken.isAllowed) return redirect(withProblem(list.pathOf(filter), 'too_many_requests'))

  const record = await beginRecord(shop, list.action, actor, new URLSearchParams(list.write(filter)).toString())
  const name = `${list.name}-${writeBeijingTime(shop.now()).replace(/\D/g, '')}.csv`
  return new Response(streamOf(linesOf(list, filter), record.end), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

/** An instant as the files have it; empty for what has not happened. */
export function beijingCell(at: number | null): string {
  return at === null ? '' : writeBeijingTime(at).replace('T', ' ')
}

/** As WeChat's own bills have it: without the mark a spreadsheet rounds a number of 28 digits. */
export function numberCell(number: string | null): string {
  return number === null ? '' : `\`${number}`
}

/** The lines of a file that a spreadsheet opens without running anything in it. */
async function* linesOf<Filter, Row>({ columns, list, cells }: ListExport<Filter, Row>, filter: Filter) {
  yield { text: written([columns], true), rows: 0 }
  for (let after: Row | null = null; ; ) {
    const page: Row[] = await list(filter, after, PAGE)
    const last = page.at(-1)
    if (last === undefined) return
    yield { text: written(page.map(cells)), rows: page.length }
    after = last
    await othersGoFirst()
  }
}

function written(lines: string[][], bom = false): string {
  return stringify(lines, { bom, escape_formulas: true, record_delimiter: 'windows' })
}

/** Writes down that an export begins; `end` writes down how far it came. */
async function beginRecord(shop: Shop, action: AdminAction, actor: AdminVisit<unknown>['actor'], filter: string) {
  const about = { action, orderId: null, notificationId: null, transactionId: null }
  const write = (detail: Record<string, string>, outcomeOf: number | null) =>
    shop.store.insertAudit({ at: shop.now(), actor, ...about, detail, outcomeOf })
  const outcomeOf = await write({ filter }, null)
  return {
    end: async (outcome: 'done' | 'stopped' | 'failed', rows: number) => {
      await write({ outcome, rows: String(rows) }, outcomeOf)
    },
  }
}

type Ended = Awaited<ReturnType<typeof beginRecord>>['end']

/** Each part is made when the one before it has been taken; whoever goes away stops it. */
function streamOf(
  lines: AsyncGenerator<{ text: string; rows: number }, void>,
  onEnd: Ended,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let rows = 0
  let isGone = false
  let isOver = false
  const end = async (outcome: Parameters<Ended>[0]) => {
    if (isOver) return
    isOver = true
    await onEnd(outcome, rows)
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await lines.next()
        // Whoever went away while rows were read takes none of them.
        if (isGone) return
        if (next.done) {
          await end('done')
          return controller.close()
        }
        rows += next.value.rows
        controller.enqueue(encoder.encode(next.value.text))
      } catch (error) {
        if (isGone) return
        // The connection breaks off then: a file that is too short must not look whole.
        await end('failed').catch(() => undefined)
        throw error
      }
    },
    async cancel() {
      isGone = true
      await lines.return()
      await end('stopped')
    },
  })
}
