'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

/** Minutes and seconds left, counted from what the server said, since the visitor's clock may be wrong. */
export function Countdown({ msLeft }: { msLeft: number }) {
  const router = useRouter()
  const [left, setLeft] = useState(msLeft)
  useEffect(() => {
    const end = performance.now() + msLeft
    const timer = window.setInterval(() => {
      const now = Math.max(0, end - performance.now())
      setLeft(now)
      if (now > 0) return
      window.clearInterval(timer)
      router.refresh()
    }, 1_000)
    return () => window.clearInterval(timer)
  }, [router, msLeft])
  const seconds = Math.ceil(left / 1_000)
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  // It changes every second: read out once when asked for, not all the time.
  return (
    <span role="timer" aria-live="off" className="tabular-nums">
      {text}
    </span>
  )
}
