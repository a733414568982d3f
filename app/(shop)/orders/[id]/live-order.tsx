'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

const POLL_MS = 3_000
const POLL_MS_MAX = 60_000

/**
 * Listens for changes of an order and asks the server to render its page again. It knows when to ask, never what to
 * show. Without an event stream it asks for the order itself, less and less often, and only while somebody looks.
 */
export function LiveOrder({ id, seen }: { id: string; seen: string }) {
  const router = useRouter()
  useEffect(() => {
    let pause = POLL_MS
    let timer: number | undefined
    let isOver = false
    // Compared with what the page shows, so that a refresh lost on its way is asked for again.
    const take = (order: string) => {
      if (order !== seen) router.refresh()
    }
    const poll = async () => {
      if (document.visibilityState === 'visible') {
        const answer = await fetch(`/api/orders/${id}`).catch(() => null)
        if (answer?.ok && !isOver) take(await answer.text())
        pause = Math.min(pause * 1.5, POLL_MS_MAX)
      }
      // The page may have moved on while the answer was under way.
      if (!isOver) timer = window.setTimeout(poll, pause)
    }
    const events = new EventSource(`/api/orders/${id}/events`)
    events.addEventListener('order', (event) => take(event.data))
    // A browser connects again by itself after a broken line, but not after a refusal.
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED && timer === undefined) timer = window.setTimeout(poll, pause)
    })
    return () => {
      isOver = true
      events.close()
      window.clearTimeout(timer)
    }
  }, [router, id, seen])
  return null
}
