'use client' // Next.js demands it: this page stands in, between header and footer of the shop, for one that could not be drawn.

import { Emergency } from '../_ui/emergency'

export default function ErrorPage() {
  return <Emergency />
}
