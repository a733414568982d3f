'use client' // Next.js demands it: this page stands in when a part of the page could not be fetched or drawn.

import { EMERGENCY } from '@/lib/i18n/emergency'

const { zh, en } = EMERGENCY

/** No texts come with it, so it carries its own, and speaks the language that the page around it has. */
export default function ErrorPage() {
  const language = typeof document === 'undefined' ? '' : document.documentElement.lang
  const { title, text, again, home } = language.startsWith('en') ? en : zh
  return (
    <main className="mx-auto flex max-w-xl flex-col items-center gap-4 px-4 py-24 text-center">
      <h1 className="text-3xl">{title}</h1>
      <p className="mb-4 text-lg text-faded">{text}</p>
      {/* From the server again: what failed there would fail again in what is here. */}
      <button
        type="button"
        onClick={() => window.location.reload()}
        className="min-h-11 cursor-pointer rounded-full bg-pine px-6 text-white hover:bg-pine-deep"
      >
        {again}
      </button>
      <a href="/" className="inline-flex min-h-11 items-center underline decoration-line underline-offset-4">
        {home}
      </a>
    </main>
  )
}
