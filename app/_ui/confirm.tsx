import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ActionForm } from './action-form'
import { Button } from './button'

/** The button that opens a question; it needs no script. */
export const OPENS =
  'inline-flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-full border border-line bg-card px-6 font-medium hover:border-jade [&::-webkit-details-marker]:hidden'

/** Asks once before something is done that cannot be taken back: one press opens the question, a second one does it. */
export async function Confirm({
  action,
  open,
  label,
  text,
  submit,
  look = OPENS,
  children,
}: {
  action: string
  /** What the first press says. */
  open: ReactNode
  /** The same for those who hear it, where what is seen leaves out whom it is about. */
  label?: string
  /** What will happen. */
  text: string
  submit: string
  look?: string
  /** More fields of the form. */
  children?: ReactNode
}) {
  const t = await getTranslations('confirm')
  return (
    <details className="group">
      <summary aria-label={label} className={look}>
        {open}
      </summary>
      <ActionForm
        action={action}
        className="mt-2 flex max-w-xl flex-col items-start gap-3 rounded-2xl border border-honey bg-honey p-4"
      >
        <p>
          {text} {t('final')}
        </p>
        {children}
        <Button>{submit}</Button>
      </ActionForm>
    </details>
  )
}
