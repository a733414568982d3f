'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

/** As far down nobody reads yet, and rows may move. */
const AT_TOP_PX = 300

/**
 * Listens for news of the log and asks the server to render its first page again; while somebody reads further down, a
 * button says that there is something new, and nothing moves. It knows when to ask, never what to show.
 */
export function LiveLog({ seen, words }: { seen: string; words: string }) {
  const router = useRouter()
  const [hasNewEntries, setHasNewEntries] = useState(false)
  useEffect(() => {
    const events = new EventSource('/api/admin/notifications/events')
    events.addEventListener('log', ({ data }) => {
      const isReading = window.scrollY > AT_TOP_PX || document.activeElement?.closest('table, form') != null
      setHasNewEntries(data !== seen && isReading)
      if (data !== seen && !isReading) router.refresh()
    })
    return () => events.close()
  }, [router, seen])
  return (
    <div role="status" className="pointer-events-none sticky top-3 z-10 flex h-0 justify-center">
      {hasNewEntries && (
        <button
          type="button"
          onClick={() => {
            setHasNewEntries(false)
            router.refresh()
            window.scrollTo({ top: 0 })
          }}
          className="pointer-events-auto inline-flex h-11 cursor-pointer items-center rounded-full bg-pine px-5 text-white shadow-soft hover:bg-pine-deep"
        >
          {words}
        </button>
      )}
    </div>
  )
}
