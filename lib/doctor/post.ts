import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'
import type { Fetch } from './control'
import type { Post } from './examination'
import type { Reply } from './message'

/** More of a reply is not read. */
const REPLY_BYTES_MAX = 64 * 1024

/** Posts as WeChat does: one exchange, no redirects. Waits longer than WeChat, to tell how late an answer is. */
export function createPost(fetch: Fetch, { msMax, now }: { msMax: number; now: () => number }): Post {
  return async (url, { headers, body }) => {
    const startedAt = now()
    const tookMs = () => now() - startedAt
    const exchange = async (signal: AbortSignal): Promise<Reply> => {
      const request = new Request(url, { method: 'POST', headers, body, redirect: 'manual', signal })
      const response = await fetch(request)
      const bytes = await readBytes(response.body, REPLY_BYTES_MAX, signal)
      const text = new TextDecoder().decode(bytes ?? undefined)
      const { status } = response
      return { type: 'answered', status, location: response.headers.get('location'), text, tookMs: tookMs() }
    }
    const late: Reply = { type: 'late', tookMs: msMax }
    return withDeadline(msMax, late, (signal) =>
      exchange(signal).catch((): Reply => ({ type: 'broken', tookMs: tookMs() })),
    )
  }
}
