import { parseDay } from '@/lib/shop/beijing'
import { BILL_KINDS } from '@/lib/shop/bill'
import { noteDownload } from '@/lib/shop/bill-actions'
import { bytesOf } from '@/lib/shop/bill-comparison'
import { readForm } from '@/lib/web/body'
import { readId } from '@/lib/web/list-query'
import { problem } from '@/lib/web/problem'
import { adminRoute } from '../../../route-handler'

/** A bill as it came from WeChat, byte for byte. A form, because who takes one is written down. */
export const POST = adminRoute<{ date: string }>(
  async ({ request, runtime: { shop }, params, actor }) => {
    const form = await readForm(request)
    if (!form.ok) return form.response
    const day = parseDay(params.date)
    const kind = BILL_KINDS.find((it) => it === form.value.get('kind'))
    const id = readId(form.value.get('id') ?? undefined)
    const files = day === null || kind === undefined ? [] : await shop.store.listBillFiles({ day, kind })
    const file = files.find((it) => it.id === id)
    if (file === undefined) return problem('not_found')
    await noteDownload(shop, file, actor)
    return new Response(streamOf(bytesOf(shop, file.id)), {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-length': String(file.bytes),
        'content-disposition': `attachment; filename="wechat-${file.kind}-${file.day}-${file.id}.csv"`,
        'cache-control': 'no-store',
      },
    })
  },
  { isDownload: true },
)

/** Each part is read when the one before it has been taken. */
function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      const next = await parts.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    cancel: async () => {
      await parts.return(undefined)
    },
  })
}
