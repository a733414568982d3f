import { z } from 'zod'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'

const note = z.string().trim().min(1).max(NOTE_LENGTH_MAX)

/** What an operator wrote about something that was done; null when it is nothing, or too much. */
export function readNote(form: URLSearchParams): string | null {
  const given = note.safeParse(form.get('note'))
  return given.success ? given.data : null
}

export const NOTE_REQUIRED = { ok: false, reason: 'note_required' } as const
