'use client' // Next.js demands it: this page stands in for one of the admins' that could not be fetched or drawn.

import { EMERGENCY } from '@/lib/i18n/emergency'
import { Emergency, isEnglish } from '../_ui/emergency'

/** Who is signed in nobody knows at this moment, so of the frame there is the bar alone. */
export default function AdminErrorPage() {
  return (
    <>
      <header className="bg-bar text-white">
        <div className="mx-auto flex max-w-7xl px-4 py-2 sm:px-6">
          <a href="/admin" className="flex min-h-11 items-center gap-3 font-serif text-lg">
            <img src="/brand/logo.svg" alt="" width={30} height={30} className="rounded-full bg-paper" />
            {(isEnglish() ? EMERGENCY.en : EMERGENCY.zh).admin}
          </a>
        </div>
      </header>
      <main className="flex-1">
        <Emergency isForAdmins />
      </main>
    </>
  )
}
