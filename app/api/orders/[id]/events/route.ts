import { problem } from '@/lib/http'
import { requestLocale } from '@/lib/i18n/request-locale'
import type { Runtime } from '@/lib/runtime'
import { getOrder } from '@/lib/shop/checkout'
import { orderDoor } from '../../../door'
import { orderView } from '../../view'

const HEARTBEAT_MS = 15_000
/** Open streams of one process; beyond it pages ask again by themselves. */
const STREAMS_MAX = 1_000

/** The order now and at each change, as server-sent events. A heartbeat shows that the line is alive. */
export const GET = orderDoor(async ({ request, runtime, params }) => {
  if (runtime.watch.size() >= STREAMS_MAX || runtime.watch.isClosed()) return problem('too_many_requests')
  const locale = requestLocale(request)
  const view = async () => JSON.stringify(orderView(await getOrder(runtime.shop, params.id), locale))
  return new Response(eventStream(runtime, params.id, view, request.signal), {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  })
})

function eventStream(
  { watch, shop }: Runtime,
  orderId: string,
  view: () => Promise<string>,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOpen = true
  let forget = () => {}
  return new ReadableStream({
    start(controller) {
      let sent = ''
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const end = () => {
        if (!isOpen) return
        forget()
        controller.close()
      }
      const look = async () => {
        if (watch.isClosed()) return end()
        const now = await view()
        if (isOpen && now !== sent) send(`event: order\ndata: ${now}\n\n`)
        sent = now
      }
      const fail = (error: unknown) => {
        shop.log.error('events_failed', error)
        end()
      }
      const unwatch = watch.watch(orderId, () => void look().catch(fail))
      const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
      forget = () => {
        isOpen = false
        unwatch()
        clearInterval(heartbeat)
      }
      signal.addEventListener('abort', end)
      look().catch(fail)
    },
    cancel: () => forget(),
  })
}
