import Link from 'next/link'
import type { ReactNode } from 'react'

const SHAPE =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-full px-6 py-2 text-base font-medium transition-colors disabled:cursor-not-allowed'

const LOOKS = {
  main: 'bg-pine text-on-pine hover:bg-pine-deep disabled:bg-line disabled:text-faded',
  plain: 'border border-line bg-card text-ink hover:border-jade disabled:text-faded',
  quiet: 'px-3 text-faded underline decoration-line underline-offset-4 hover:text-clay hover:decoration-clay',
}

type Look = keyof typeof LOOKS

/** Sends the form around it. */
export function Button({
  children,
  look = 'main',
  wide = false,
  ...rest
}: {
  children: ReactNode
  look?: Look
  wide?: boolean
  name?: string
  value?: string
  disabled?: boolean
  /** Where this button sends the form, instead of where the form says. */
  formAction?: string
  'aria-label'?: string
}) {
  return (
    <button type="submit" className={`${SHAPE} ${LOOKS[look]} ${wide ? 'w-full' : ''} cursor-pointer`} {...rest}>
      {children}
    </button>
  )
}

/** Goes to another page, and looks like a button. */
export function ButtonLink({ href, children, look = 'main' }: { href: string; children: ReactNode; look?: Look }) {
  return (
    <Link href={href} className={`${SHAPE} ${LOOKS[look]}`}>
      {children}
    </Link>
  )
}
