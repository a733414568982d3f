'use client' // It stands in for what the server could not send, so it must need nothing from there.

import { useEffect } from 'react'
import { EMERGENCY } from '@/lib/i18n/emergency'

const LOOK_EVERY_MS = 5_000
/** A page that fails whenever it is drawn must not be loaded over and over. */
const COME_BACK_MS_MIN = 60_000
const CAME_BACK_AT = 'came-back-at'

/** What a page says that could not be fetched or drawn, in the language that it had until then. */
export function Emergency({ isForAdmins = false }: { isForAdmins?: boolean }) {
  useEffect(comeBack, [])
  const { title, text, again, home, overview } = isEnglish() ? EMERGENCY.en : EMERGENCY.zh
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-4 px-4 py-24 text-center">
      <h1 className="text-3xl">{title}</h1>
      <p className="mb-4 text-lg text-faded">{text}</p>
      {/* From the server again: what failed there would fail again in what is here. */}
      <button
        type="button"
        onClick={() => window.location.reload()}
        className="min-h-11 cursor-pointer rounded-full bg-pine px-6 text-on-pine hover:bg-pine-deep"
      >
        {again}
      </button>
      <a
        href={isForAdmins ? '/admin' : '/'}
        className="inline-flex min-h-11 items-center underline decoration-line underline-offset-4"
      >
        {isForAdmins ? overview : home}
      </a>
    </div>
  )
}

export function isEnglish(): boolean {
  return typeof document !== 'undefined' && document.documentElement.lang.startsWith('en')
}

/** Loads the page again, once, as soon as the shop says that it works. Returns what ends it. */
function comeBack(): () => void {
  const cameBackAt = Number(sessionStorage.getItem(CAME_BACK_AT))
  if (Date.now() - cameBackAt < COME_BACK_MS_MIN) return () => {}
  const timer = window.setInterval(async () => {
    const isWell = await fetch('/api/health').then(
      (answer) => answer.ok,
      () => false,
    )
    if (!isWell) return
    sessionStorage.setItem(CAME_BACK_AT, String(Date.now()))
    window.location.reload()
  }, LOOK_EVERY_MS)
  return () => window.clearInterval(timer)
}
