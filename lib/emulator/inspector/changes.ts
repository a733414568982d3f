import { subscriberOf } from '@/lib/net/address'
import type { Ledger } from '../ledger/ledger'

/** How often the ledger is looked at while somebody listens; that takes microseconds. */
const LOOK_EVERY_MS = 250
const HEARTBEAT_MS = 15_000
/** Open streams at a time; a page without one works too, it only has to be reloaded. */
const STREAMS_MAX = 256
/** Nobody can take all of them alone. */
const STREAMS_PER_OWNER_MAX = 64
/** Who has not read so many events does not read at all. */
const UNREAD_MAX = 64

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}

export type Changes = ReturnType<typeof createChanges>

/** Tells open pages that something was written, as server-sent events. What it was they read themselves. */
export function createChanges(ledger: Ledger) {
  /** How each is ended, and whose it is. */
  const streams = new Map<() => void, string>()

  function open(owner: string, signal: AbortSignal): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
    let end = () => {}
    return new ReadableStream({
      start(controller) {
        let sent = ''
        let quietMs = 0
        const send = (text: string) => {
          if ((controller.desiredSize ?? 0) < -UNREAD_MAX) return close()
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
        streams.set(close, owner)
        signal.addEventListener('abort', close)
        if (signal.aborted) return close()
        look()
      },
      cancel: () => end(),
    })
  }

  return {
    /** A stream of the count of changes, now and whenever it grew. Nobody would read or end what a HEAD has opened. */
    answer({ method, signal }: Request, remoteAddress = ''): Response {
      if (method === 'HEAD') return new Response(null, { headers: HEADERS })
      const owner = subscriberOf(remoteAddress)
      const ofOwner = [...streams.values()].filter((it) => it === owner).length
      if (streams.size >= STREAMS_MAX || ofOwner >= STREAMS_PER_OWNER_MAX) {
        return new Response('too many pages are open', { status: 503 })
      }
      return new Response(open(owner, signal), { headers: HEADERS })
    },

    /** Ends all streams, so that a server can stop and the ledger can be closed. */
    end: () => {
      for (const close of [...streams.keys()]) close()
    },
  }
}
