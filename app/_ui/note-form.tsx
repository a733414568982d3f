import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'
import { ActionForm } from './action-form'
import { Button } from './button'

/** What an operator writes about something that needed a look; `id` tells several of a page apart. */
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
  return (
    <ActionForm action={action} className="mt-3 flex flex-col gap-2">
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
      <div>
        <Button look="plain">{submit}</Button>
      </div>
    </ActionForm>
  )
}
