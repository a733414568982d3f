import { z } from 'zod'
import { EVERY_NOTIFICATION, type LogPlace, type NotificationFilter, VERDICTS } from '@/lib/shop/notification'
import { firstOf } from '../../_ui/query'

/** China's clocks, whatever the server's are: eight hours ahead, all year. */
const BEIJING_AHEAD_MS = 8 * 3600_000

export const beijingTime = z.iso
  .datetime({ local: true })
  .transform((text) => Date.parse(`${text.replace(/Z$/, '')}+08:00`))
const place = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/)
  .transform((text): LogPlace => {
    const [at = 0, id = 0] = text.split('.').map(Number)
    return { at, id }
  })

/** What the list's address may say, field by field. */
const FIELDS = {
  verdict: z.enum(VERDICTS),
  number: z.string().trim().min(1).max(64),
  from: beijingTime,
  until: beijingTime,
  text: z.string().max(200),
  attention: z.literal('1').transform(() => true),
  after: place,
}
export type ListField = keyof typeof FIELDS

export type ListQuery = {
  filter: NotificationFilter
  after: LogPlace | null
  /** What was there and cannot be understood; the list is shown without it. */
  ignored: ListField[]
}

/** Reads the filter and the place in the list from an address or a form; what is empty was not asked for. */
export function readListQuery(query: Record<string, string | string[] | undefined>): ListQuery {
  const ignored: ListField[] = []
  const read = <F extends ListField>(field: F): z.infer<(typeof FIELDS)[F]> | null => {
    const given = firstOf(query[field])
    if (given === undefined || given.trim() === '') return null
    const parsed = FIELDS[field].safeParse(given)
    if (!parsed.success) ignored.push(field)
    return parsed.success ? (parsed.data as z.infer<(typeof FIELDS)[F]>) : null
  }
  const filter = {
    ...EVERY_NOTIFICATION,
    verdict: read('verdict'),
    number: read('number'),
    from: read('from'),
    until: read('until'),
    text: read('text'),
    isUnresolved: read('attention') ?? false,
  }
  return { filter, after: read('after'), ignored }
}

/** A filter as an address or the hidden fields of a form say it; the other way round from `readListQuery`. */
export function writeFilter(filter: NotificationFilter): [ListField, string][] {
  const fields: [ListField, string | null][] = [
    ['verdict', filter.verdict],
    ['number', filter.number],
    ['from', filter.from === null ? null : writeBeijingTime(filter.from)],
    ['until', filter.until === null ? null : writeBeijingTime(filter.until)],
    ['text', filter.text],
    ['attention', filter.isUnresolved ? '1' : null],
  ]
  return fields.filter((it): it is [ListField, string] => it[1] !== null)
}

export function listPath(filter: NotificationFilter, after: LogPlace | null = null): string {
  const query = new URLSearchParams(writeFilter(filter))
  if (after !== null) query.set('after', `${after.at}.${after.id}`)
  return query.size === 0 ? '/admin/notifications' : `/admin/notifications?${query}`
}

/** An instant as `<input type="datetime-local">` has it, such as 2026-03-01T10:00. */
export function writeBeijingTime(at: number): string {
  return new Date(at + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace(/:00$/, '')
}
