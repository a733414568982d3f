'use client' // Next.js demands it: this page stands in when a frame itself could not be fetched or drawn.

import { Emergency } from './_ui/emergency'

export default function ErrorPage() {
  return (
    <main>
      <Emergency />
    </main>
  )
}
