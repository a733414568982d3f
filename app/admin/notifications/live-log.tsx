'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { follow, type Source } from '../../_ui/live-updates'

const LOG: Source = {
  stream: '/api/admin/notifications/events',
  event: 'log',
  newest: '/api/admin/notifications/newest',
}

/** As far down nobody reads yet, and rows may move. */
const AT_TOP_PX = 300

/**
 * Hears of new entries in the log and asks the server to render its first page again; while somebody reads further down,
 * a button says that there is something new, and nothing moves. It knows when to ask, never what to show.
 */
export function LiveLog({ seen, words }: { seen: string; words: { newEntries: string; lost: string } }) {
  const router = useRouter()
  const shown = useRef(seen)
  const [hasNewEntries, setHasNewEntries] = useState(false)
  const [isLost, setIsLost] = useState(false)
  useEffect(() => {
    shown.current = seen
    setHasNewEntries(false)
  }, [seen])
  useEffect(() => {
    const take = (newest: string) => {
      const down = Math.max(window.scrollY, document.querySelector('[data-pane]')?.scrollTop ?? 0)
      const isReading = down > AT_TOP_PX || document.activeElement?.closest('ol, form') != null
      setHasNewEntries(newest !== shown.current && isReading)
      if (newest !== shown.current && !isReading) router.refresh()
    }
    return follow(LOG, { take, tellLost: setIsLost })
  }, [router])
  return (
    <div role="status" className="pointer-events-none sticky top-3 z-10 flex h-0 justify-center">
      {isLost && (
        <div className="fixed inset-x-0 bottom-4 flex justify-center px-4">
          <p className="rounded-full bg-honey px-5 py-2.5 text-center text-amber shadow-soft">{words.lost}</p>
        </div>
      )}
      {hasNewEntries && (
        <button
          type="button"
          onClick={() => {
            setHasNewEntries(false)
            router.refresh()
            window.scrollTo({ top: 0 })
            document.querySelector('[data-pane]')?.scrollTo({ top: 0 })
          }}
          className="pointer-events-auto inline-flex h-11 cursor-pointer items-center rounded-full bg-pine px-5 text-on-pine shadow-soft hover:bg-pine-deep"
        >
          {words.newEntries}
        </button>
      )}
    </div>
  )
}
