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
  let stop = () => {}
  return new ReadableStream({
    start(controller) {
      let sent = ''
      let isOpen = true
      const send = (text: string) => isOpen && controller.enqueue(encoder.encode(text))
      stop = () => {
        if (!isOpen) return
        isOpen = false
        unwatch()
        clearInterval(heartbeat)
        controller.close()
      }
      const look = async () => {
        if (watch.isClosed()) return stop()
        try {
          const now = await view()
          if (now !== sent) send(`event: order\ndata: ${now}\n\n`)
          sent = now
        } catch (error) {
          shop.log.error('events_failed', error)
          stop()
        }
      }
      const unwatch = watch.watch(orderId, () => void look())
      const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
      signal.addEventListener('abort', () => stop())
      void look()
    },
    cancel: () => stop(),
  })
}
