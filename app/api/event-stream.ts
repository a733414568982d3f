import type { Runtime } from '@/lib/runtime'
import { problem } from '@/lib/web/problem'

const HEARTBEAT_MS = 15_000
/** Open streams of one process; beyond it pages ask again by themselves. */
const STREAMS_MAX = 1_000

type News = {
  /** What is watched: each announcement of it is a reason to look. */
  topic: string
  /** Name of the events. */
  event: string
  /** What there is to see now, sent whenever it differs from what was sent last; null ends the stream. */
  view: () => Promise<string | null>
  /** How often to look without any announcement. */
  lookEveryMs?: number
  signal: AbortSignal
}

/** What can be seen now and at each change, as server-sent events. A heartbeat shows that the line is alive. */
export function eventStream(runtime: Runtime, news: News): Response {
  if (runtime.watch.size() >= STREAMS_MAX || runtime.watch.isClosed()) return problem('too_many_requests')
  return new Response(streamOf(runtime, news), {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  })
}

function streamOf({ watch, shop }: Runtime, { topic, event, view, lookEveryMs, signal }: News) {
  const encoder = new TextEncoder()
  let isOpen = true
  let forget = () => {}
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let sent: string | null = null
      const send = (text: string) => controller.enqueue(encoder.encode(text))
      const end = () => {
        if (!isOpen) return
        forget()
        controller.close()
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
      const unwatch = watch.watch(topic, lookOrFail)
      const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS)
      const looking = lookEveryMs === undefined ? undefined : setInterval(lookOrFail, lookEveryMs)
      forget = () => {
        isOpen = false
        unwatch()
        clearInterval(heartbeat)
        clearInterval(looking)
      }
      signal.addEventListener('abort', end)
      lookOrFail()
    },
    cancel: () => forget(),
  })
}
