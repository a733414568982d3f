'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

/**
 * Minutes and seconds left, counted from what the server said, since the visitor's clock may be wrong. When they are over,
 * or what is on the page cannot be paid with any more, the page is rendered again.
 */
export function Countdown({ msLeft, msPayable }: { msLeft: number; msPayable: number }) {
  const router = useRouter()
  const [left, setLeft] = useState(msLeft)
  useEffect(() => {
    const start = performance.now()
    const timer = window.setInterval(() => {
      const passed = performance.now() - start
      setLeft(Math.max(0, msLeft - passed))
      if (passed < Math.min(msLeft, msPayable)) return
      window.clearInterval(timer)
      router.refresh()
    }, 1_000)
    return () => window.clearInterval(timer)
  }, [router, msLeft, msPayable])
  const seconds = Math.ceil(left / 1_000)
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  // It changes every second: read out once when asked for, not all the time.
  return (
    <span role="timer" aria-live="off" className="tabular-nums">
      {text}
    </span>
  )
}
