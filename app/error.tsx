'use client' // Next.js demands it: this page stands in when rendering on the server has failed.

import { EMERGENCY } from '@/lib/i18n/emergency'

const { zh, en } = EMERGENCY

/** Without a server there is no language either, so it speaks both. */
export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <main className="mx-auto flex max-w-xl flex-col items-center gap-4 px-4 py-24 text-center">
      <h1 className="text-3xl">
        {zh.title} · {en.title}
      </h1>
      <p lang="zh-CN">{zh.text}</p>
      <p lang="en" className="mb-4 text-faded">
        {en.text}
      </p>
      <button type="button" onClick={reset} className="min-h-11 cursor-pointer rounded-full bg-pine px-6 text-white">
        {zh.again} · {en.again}
      </button>
    </main>
  )
}
