import { z } from 'zod'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'

const note = z.string().trim().min(1).max(NOTE_LENGTH_MAX)

/** What an operator wrote about something that was done; null when it is nothing, or too much. */
export function readNote(form: URLSearchParams): string | null {
  const given = note.safeParse(form.get('note'))
  return given.success ? given.data : null
}

export const NOTE_REQUIRED = { ok: false, reason: 'note_required' } as const

/** What an operator may say and need not: null when it is nothing; not ok when it is too much. */
export function readOptionalNote(form: URLSearchParams): { ok: true; text: string | null } | { ok: false } {
  const isEmpty = (form.get('note') ?? '').trim() === ''
  if (isEmpty) return { ok: true, text: null }
  const text = readNote(form)
  return text === null ? { ok: false } : { ok: true, text }
}
