'use client'

import { useState } from 'react'

/**
 * The emulated phone beside the code that it scans, where there is room for it. It stays when the page turns to paid, so
 * that both sides of the payment are in view.
 */
export function PhoneBeside({ address, title }: { address: string | null; title: string }) {
  const [shown, setShown] = useState(address)
  if (address !== null && address !== shown) setShown(address)
  if (shown === null) return null
  return (
    <iframe
      src={shown}
      title={title}
      loading="lazy"
      className="hidden h-[clamp(28rem,100dvh-11rem,38rem)] w-full rounded-[2.25rem] border-8 border-bar bg-card shadow-soft lg:block"
    />
  )
}
