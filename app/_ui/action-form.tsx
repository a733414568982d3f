import { randomUUID } from 'node:crypto'
import type { ReactNode } from 'react'
import { PRESS_FIELD } from '@/lib/web/presses'

/** A form of the pages for admins: pressed twice, it does what it does once and shows the result twice. */
export function ActionForm({
  action,
  className,
  children,
}: {
  action: string
  className?: string
  children: ReactNode
}) {
  return (
    <form method="post" action={action} className={className}>
      <input type="hidden" name={PRESS_FIELD} value={randomUUID()} />
      {children}
    </form>
  )
}
