import { z } from 'zod'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { EVERY_NOTIFICATION, type LogPlace, type NotificationFilter, VERDICTS } from '@/lib/shop/notification'
import { type AddressQuery, beijingTime, givenOf, readFields, writeAddress, writePlace } from '@/lib/web/list-query'

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
  attention: z.literal('1'),
  after: place,
}
export type ListField = keyof typeof FIELDS

export type ListQuery = {
  filter: NotificationFilter
  after: LogPlace | null
  /** What was there and cannot be understood; the list is shown without it. */
  ignored: ListField[]
}

/** Reads the filter and the place in the list from an address or a form. */
export function readListQuery(query: AddressQuery): ListQuery {
  const { values, ignored } = readFields(FIELDS, query)
  const filter: NotificationFilter = {
    ...EVERY_NOTIFICATION,
    verdict: values.verdict ?? null,
    number: values.number ?? null,
    from: values.from ?? null,
    until: values.until ?? null,
    text: values.text ?? null,
    isUnresolved: values.attention !== undefined,
  }
  return { filter, after: values.after ?? null, ignored }
}

function fieldsOf(filter: NotificationFilter): Record<Exclude<ListField, 'after'>, string | null> {
  return {
    verdict: filter.verdict,
    number: filter.number,
    from: filter.from === null ? null : writeBeijingTime(filter.from),
    until: filter.until === null ? null : writeBeijingTime(filter.until),
    text: filter.text,
    attention: filter.isUnresolved ? '1' : null,
  }
}

/** A filter as an address or the hidden fields of a form say it; the other way round from `readListQuery`. */
export function writeFilter(filter: NotificationFilter): [string, string][] {
  return givenOf(fieldsOf(filter))
}

export function listPath(filter: NotificationFilter, after: LogPlace | null = null): string {
  return writeAddress('/admin/notifications', { ...fieldsOf(filter), after: writePlace(after) })
}

/** What of a message is shown. */
export const TABS = ['checks', 'fields', 'raw', 'headers'] as const
export type Tab = (typeof TABS)[number]

/** A message beside the list that it was found in. */
export function messagePath(
  id: number,
  { filter, after }: Pick<ListQuery, 'filter' | 'after'>,
  tab: Tab = 'checks',
): string {
  const shown = tab === 'checks' ? null : tab
  return writeAddress(`/admin/notifications/${id}`, { ...fieldsOf(filter), after: writePlace(after), tab: shown })
}

export function readTab(text: string | undefined): Tab {
  return TABS.find((tab) => tab === text) ?? 'checks'
}
