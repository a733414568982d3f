import type { Ledger } from '../ledger/ledger'

/** How often the ledger is looked at while somebody listens; that takes microseconds. */
const LOOK_EVERY_MS = 250
const HEARTBEAT_MS = 15_000
/** Open streams at a time; a page without one works too, it only has to be reloaded. */
const STREAMS_MAX = 64

export type Changes = ReturnType<typeof createChanges>

/** Tells open pages that something was written, as server-sent events. What it was they read themselves. */
export function createChanges(ledger: Ledger) {
  const streams = new Set<() => void>()

  function open(signal: AbortSignal): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
    let end = () => {}
    return new ReadableStream({
      start(controller) {
        let sent = ''
        let quietMs = 0
        const send = (text: string) => {
          controller.enqueue(encoder.encode(text))
          quietMs = 0
        }
        const close = () => {
          if (!streams.has(close)) return
          end()
          controller.close()
        }
        const look = () => {
          const count = String(ledger.countChanges())
          quietMs += LOOK_EVERY_MS
          if (count !== sent) send(`event: change\ndata: ${count}\n\n`)
          else if (quietMs >= HEARTBEAT_MS) send(': still here\n\n')
          sent = count
        }
        const timer = setInterval(() => {
          try {
            look()
          } catch {
            // A ledger that cannot be read is no reason to end the process; the page asks again by itself.
            close()
          }
        }, LOOK_EVERY_MS).unref()
        end = () => {
          clearInterval(timer)
          streams.delete(close)
        }
        streams.add(close)
        signal.addEventListener('abort', close)
        look()
      },
      cancel: () => end(),
    })
  }

  return {
    /** A stream of the count of changes, now and whenever it grew. */
    answer: (signal: AbortSignal): Response =>
      streams.size >= STREAMS_MAX
        ? new Response('too many pages are open', { status: 503 })
        : new Response(open(signal), {
            headers: {
              'content-type': 'text/event-stream; charset=utf-8',
              'cache-control': 'no-store',
              'x-accel-buffering': 'no',
            },
          }),

    /** Ends all streams, so that a server can stop and the ledger can be closed. */
    end: () => {
      for (const close of [...streams]) close()
    },
  }
}
