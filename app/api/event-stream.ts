import type { Runtime } from '@/lib/runtime'
import { remoteSubscriber } from '@/lib/web/origin'
import { problem } from '@/lib/web/problem'

const HEARTBEAT_MS = 15_000
/** Open streams of one process; beyond it pages ask again by themselves. Nobody can take all of them alone. */
const STREAMS_MAX = 1_000
const STREAMS_PER_OWNER_MAX = 100
/** Of one order: its tabs on some devices. */
export const STREAMS_PER_ORDER_MAX = 20
/** Who has not read so many events does not read at all. */
const UNREAD_MAX = 64

type StreamSource = {
  /** What is watched: each announcement of it is a reason to look. */
  topic: string
  /** Name of the events. */
  event: string
  /** What there is to see now, sent whenever it differs from what was sent last; null ends the stream. */
  view: () => Promise<string | null>
  /** How often to look without any announcement. */
  lookEveryMs?: number
  /** How many may watch the same. */
  streamsMax?: number
  /** Of whoever wants to see it. */
  request: Request
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

/** What can be seen now and at each change, as server-sent events. A heartbeat shows that the line is alive. */
export function eventStream(runtime: Runtime, source: StreamSource): Response {
  const { watch, config } = runtime
  // Nobody would ever read or end what a HEAD has opened.
  if (source.request.method === 'HEAD') return new Response(null, { headers: HEADERS })
  const owner = remoteSubscriber(source.request, config.trustedProxies)
  const open = watch.count(source.topic, owner)
  const { streamsMax = STREAMS_MAX } = source
  if (
    open.all >= STREAMS_MAX ||
    open.ofOwner >= STREAMS_PER_OWNER_MAX ||
    open.ofOrder >= streamsMax ||
    watch.isClosed()
  ) {
    return problem('too_many_requests')
  }
  return new Response(streamOf(runtime, owner, source), { headers: HEADERS })
}

function streamOf({ watch, shop }: Runtime, owner: string, { topic, event, view, lookEveryMs, request }: StreamSource) {
  const encoder = new TextEncoder()
  let isOpen = true
  let forget = () => {}
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let sent: string | null = null
      const end = () => {
        if (!isOpen) return
        forget()
        controller.close()
      }
      const send = (text: string) => {
        if ((controller.desiredSize ?? 0) < -UNREAD_MAX) return end()
        controller.enqueue(encoder.encode(text))
      }
      const look = async () => {
        if (watch.isClosed()) return end()
        const now = await view()
        if (now === null) return end()
        if (isOpen && now !== sent) send(`event: ${event}\ndata: ${now}\n\n`)
        sent = now
      }
      const fail = (error: unknown) => {
        shop.log.error('events_failed', error)
        end()
      }
      const lookOrFail = () => void look().catch(fail)
      const unwatch = watch.watch(topic, owner, lookOrFail)
      const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
      const looking = lookEveryMs === undefined ? undefined : setInterval(lookOrFail, lookEveryMs)
      forget = () => {
        isOpen = false
        unwatch()
        clearInterval(heartbeat)
        clearInterval(looking)
      }
      request.signal.addEventListener('abort', end)
      if (request.signal.aborted) return end()
      lookOrFail()
    },
    cancel: () => forget(),
  })
}
