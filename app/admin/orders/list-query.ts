import { z } from 'zod'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { CHANNELS } from '@/lib/shop/payment'
import { ATTENTION, EVERY_ORDER, type ListPlace, type OrderFilter } from '@/lib/shop/review'
import {
  type AddressQuery,
  beijingTime,
  givenOf,
  place,
  readFields,
  writeAddress,
  writePlace,
} from '@/lib/web/list-query'

/** What the list's address may say, field by field. */
const FIELDS = {
  number: z.string().trim().min(1).max(64),
  status: z.enum(['pending', 'paid', 'closed']),
  channel: z.enum(CHANNELS),
  attention: z.enum(['any', ...ATTENTION]),
  shipped: z.enum(['yes', 'no']).transform((it) => it === 'yes'),
  from: beijingTime,
  to: beijingTime,
  after: place,
}
type Field = keyof typeof FIELDS

/** Reads the filter and the place in the list from an address or a form. */
export function readOrderQuery(query: AddressQuery): {
  filter: OrderFilter
  after: ListPlace | null
  ignored: Field[]
} {
  const { values, ignored } = readFields(FIELDS, query)
  const filter: OrderFilter = {
    number: values.number ?? null,
    status: values.status ?? null,
    channel: values.channel ?? null,
    attention: values.attention ?? null,
    isShipped: values.shipped ?? null,
    from: values.from ?? null,
    to: values.to ?? null,
  }
  return { filter, after: values.after ?? null, ignored }
}

/** A filter as an address says it; the other way round from `readOrderQuery`. */
function fieldsOf({ isShipped, from, to, ...words }: OrderFilter): Record<Exclude<Field, 'after'>, string | null> {
  return {
    ...words,
    shipped: isShipped === null ? null : isShipped ? 'yes' : 'no',
    from: from === null ? null : writeBeijingTime(from),
    to: to === null ? null : writeBeijingTime(to),
  }
}

/** The same as the hidden fields of a form. */
export function orderFields(filter: OrderFilter): [string, string][] {
  return givenOf(fieldsOf(filter))
}

export function ordersPath(filter: Partial<OrderFilter> = {}, after: ListPlace | null = null): string {
  return writeAddress('/admin/orders', { ...fieldsOf({ ...EVERY_ORDER, ...filter }), after: writePlace(after) })
}
