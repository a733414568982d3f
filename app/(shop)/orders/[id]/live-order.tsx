'use client'

import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { follow } from '../../../_ui/live-updates'

const IsPaid = createContext(false)

/**
 * Hears of changes of an order and asks the server to render its page again. What a paid order looks like the server has
 * said beforehand, so the page turns as soon as the event says that it is paid, and the rest comes with the new page.
 * Compared is with what the page shows, so that a refresh that was lost on its way is asked for again.
 */
export function LiveOrder({
  id,
  seen,
  isMoving,
  isPending,
  lost,
  children,
}: {
  id: string
  seen: string
  /** Whether it may change any more. */
  isMoving: boolean
  isPending: boolean
  lost: string
  children: ReactNode
}) {
  const router = useRouter()
  const shown = useRef(seen)
  const [isLost, setIsLost] = useState(false)
  /** What the page showed when it was heard that the order is paid. Once it shows something else, that is newer. */
  const [paidSince, setPaidSince] = useState<string | null>(null)
  useEffect(() => {
    shown.current = seen
  }, [seen])
  useEffect(() => {
    if (!isMoving) return
    const source = { stream: `/api/orders/${id}/events`, event: 'order', newest: `/api/orders/${id}` }
    const take = (order: string) => {
      if (order === shown.current) return
      if (isPaid(order)) setPaidSince(shown.current)
      router.refresh()
    }
    return follow(source, { take, tellLost: setIsLost })
  }, [router, id, isMoving])
  return (
    <IsPaid value={isPending && paidSince === seen}>
      {children}
      <p role="status" className="mt-6 text-center text-sm text-clay">
        {isLost && lost}
      </p>
    </IsPaid>
  )
}

/** Whatever a proxy in between may have put in its place is no paid order. */
function isPaid(order: string): boolean {
  try {
    const said: unknown = JSON.parse(order)
    return typeof said === 'object' && said !== null && 'status' in said && said.status === 'paid'
  } catch {
    return false
  }
}

/** A part of the page, and what takes its place when the order is paid. */
export function UntilPaid({ paid, children }: { paid: ReactNode; children: ReactNode }) {
  return useContext(IsPaid) ? paid : children
}
