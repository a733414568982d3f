'use client' // Next.js demands it: this page stands in when the whole of it could not be fetched or drawn.

import { Emergency, isEnglish } from './_ui/emergency'
import './globals.css'

export default function GlobalErrorPage() {
  return (
    <html lang={isEnglish() ? 'en' : 'zh-CN'}>
      <body className="flex min-h-dvh flex-col">
        <main>
          <Emergency />
        </main>
      </body>
    </html>
  )
}
