'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { follow } from '../../../_ui/live-updates'

/**
 * Hears of changes of an order and asks the server to render its page again. It knows when to ask, never what to show.
 * Compared is with what the page shows, so that a refresh that was lost on its way is asked for again.
 */
export function LiveOrder({ id, seen, lost }: { id: string; seen: string; lost: string }) {
  const router = useRouter()
  const shown = useRef(seen)
  const [isLost, setIsLost] = useState(false)
  useEffect(() => {
    shown.current = seen
  }, [seen])
  useEffect(() => {
    const source = { stream: `/api/orders/${id}/events`, event: 'order', newest: `/api/orders/${id}` }
    const take = (order: string) => {
      if (order !== shown.current) router.refresh()
    }
    return follow(source, { take, tellLost: setIsLost })
  }, [router, id])
  return (
    <p role="status" className="mt-6 text-center text-sm text-clay">
      {isLost && lost}
    </p>
  )
}
