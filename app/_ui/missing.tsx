import type { ReactNode } from 'react'
import { shopProcess } from '@/lib/server/process'
import { Lost } from './lost'

/**
 * A page that is not there, complete without any script: Next.js answers its own `notFound()` with an empty document
 * that only a script fills. Not for `not-found.tsx`, which Next.js renders along with every page that is there.
 */
export function Missing({ children = <Lost /> }: { children?: ReactNode }) {
  const answer = shopProcess().answering?.getStore()
  if (answer !== undefined && !answer.headersSent) answer.statusCode = 404
  return children
}
