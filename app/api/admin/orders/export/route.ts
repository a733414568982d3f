import { orderFields, ordersPath, readOrderQuery } from '@/app/admin/orders/list-query'
import type { Actor, NewAuditEntry } from '@/lib/shop/audit'
import { writeBeijingTime } from '@/lib/shop/beijing'
import type { Shop } from '@/lib/shop/shop'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { requestLocale } from '@/lib/web/request-locale'
import { adminRoute } from '../../route-handler'
import { orderLines } from './csv'

/**
 * All orders of a filter as a file, page by page as fast as it is taken. A form, because who took what is written down:
 * no link of another page may write there. A filter that is not understood is refused: left out, it would find more.
 */
export const POST = adminRoute(
  async ({ request, runtime: { shop, limits }, admin, actor }) => {
    const form = await readForm(request)
    if (!form.ok) return form.response
    const { filter, ignored } = readOrderQuery(Object.fromEntries(form.value))
    if (ignored.length > 0) return redirect(withProblem(ordersPath(), 'invalid_body'))
    const taken = await limits.consume([{ limit: 'exports', key: admin.id }])
    if (!taken.isAllowed) return redirect(withProblem(ordersPath(filter), 'too_many_requests'))

    const detail = { filter: new URLSearchParams(orderFields(filter)).toString() }
    const record = await beginRecord(shop, actor, detail)
    const name = `orders-${writeBeijingTime(shop.now()).replace(/\D/g, '')}.csv`
    return new Response(streamOf(orderLines(shop, filter, requestLocale(request)), record.end), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
      },
    })
  },
  { isDownload: true },
)

/** Writes down that an export begins; `end` writes down how far it came. */
async function beginRecord(shop: Shop, actor: Actor, detail: Record<string, string>) {
  const about = { action: 'orders_exported', orderId: null, notificationId: null, transactionId: null } as const
  const write = (entry: Pick<NewAuditEntry, 'detail' | 'outcomeOf'>) =>
    shop.store.insertAudit({ at: shop.now(), actor, ...about, ...entry })
  const outcomeOf = await write({ detail, outcomeOf: null })
  return {
    end: async (outcome: 'done' | 'stopped' | 'failed', rows: number) => {
      await write({ detail: { outcome, rows: String(rows) }, outcomeOf })
    },
  }
}

type Ended = Awaited<ReturnType<typeof beginRecord>>['end']

/** Each part is made when the one before it has been taken; whoever goes away stops it. */
function streamOf(lines: ReturnType<typeof orderLines>, onEnd: Ended): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let rows = 0
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
        if (next.done) {
          await end('done')
          return controller.close()
        }
        rows += next.value.rows
        controller.enqueue(encoder.encode(next.value.text))
      } catch (error) {
        // The connection breaks off then: a file that is too short must not look whole.
        await end('failed').catch(() => undefined)
        throw error
      }
    },
    async cancel() {
      await lines.return(undefined)
      await end('stopped')
    },
  })
}
