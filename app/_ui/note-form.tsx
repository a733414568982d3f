import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'
import { ActionForm } from './action-form'
import { Button } from './button'
import { OPENS } from './confirm'

/**
 * What an operator writes about something that needed a look; `id` tells several of a page apart. It is for good, so that
 * one press opens it and says so, and a second one does it.
 */
export async function NoteForm({
  id,
  action,
  label,
  submit,
  children,
}: {
  id: string
  action: string
  /** What to write; by default what was done about money. */
  label?: string
  submit: string
  children?: ReactNode
}) {
  const t = await getTranslations('money')
  const confirm = await getTranslations('confirm')
  return (
    <details className="mt-3">
      <summary className={OPENS}>{`${submit}…`}</summary>
      <ActionForm action={action} className="mt-2 flex flex-col gap-2">
        {children}
        <label htmlFor={id} className="text-sm text-faded">
          {label ?? t('note')}
        </label>
        <textarea
          id={id}
          name="note"
          required
          maxLength={NOTE_LENGTH_MAX}
          rows={2}
          className="w-full rounded-xl border border-line bg-paper px-3 py-2 text-base text-ink"
        />
        <p className="text-sm text-faded">{confirm('final')}</p>
        <div>
          <Button>{submit}</Button>
        </div>
      </ActionForm>
    </details>
  )
}
