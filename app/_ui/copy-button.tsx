'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'

/** Copies a text, and says so for a moment. Without scripts there is nothing to press. */
export function CopyButton({ text, label, done }: { text: string; label: string; done: string }) {
  const [isDone, setDone] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setDone(true)
    setTimeout(() => setDone(false), 2_000)
  }
  return (
    <>
      <button
        type="button"
        onClick={copy}
        aria-label={label}
        className="inline-grid size-11 cursor-pointer place-items-center rounded-full align-middle text-faded hover:bg-mist hover:text-ink noscript:hidden"
      >
        {isDone ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
      </button>
      <span role="status" className="sr-only">
        {isDone && done}
      </span>
    </>
  )
}
