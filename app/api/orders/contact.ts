import type { Contact } from '@/lib/shop/contact'
import type { ProblemCode } from '@/lib/web/problem'
import { contact } from '../contract/schemas'

const CODES = {
  email: 'invalid_email',
  phone: 'invalid_phone',
  address: 'invalid_address',
  note: 'invalid_order_note',
} as const satisfies Record<string, ProblemCode>

/** The same of a body of JSON, by the path of the field. */
export const CONTACT_CODES = Object.fromEntries(Object.entries(CODES).map(([name, code]) => [`contact.${name}`, code]))

type Left = { [Name in keyof Contact]?: string | undefined }

/** What a buyer leaves, as it is kept: on one line each, and nothing where they wrote nothing. */
export function contactOf(left: Left): Contact {
  const kept = (text: string | undefined) => text?.trim().replace(/\s+/g, ' ') || null
  return { email: kept(left.email), phone: kept(left.phone), address: kept(left.address), note: kept(left.note) }
}

/** The fields of a form, none of which has to be there. */
export function readContact(form: URLSearchParams): { ok: true; contact: Contact } | { ok: false; code: ProblemCode } {
  const fields = Object.keys(CODES).map((name) => [name, form.get(name) ?? ''])
  const parsed = contact.safeParse(Object.fromEntries(fields))
  if (parsed.success) return { ok: true, contact: contactOf(parsed.data) }
  const name = parsed.error.issues[0]?.path[0]
  return { ok: false, code: Object.entries(CODES).find(([field]) => field === name)?.[1] ?? 'invalid_body' }
}
