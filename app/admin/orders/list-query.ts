import { z } from 'zod'
import { CHANNELS } from '@/lib/shop/payment'
import { ATTENTION, EVERY_ORDER, type ListPlace, type OrderFilter } from '@/lib/shop/review'
import { firstOf } from '../../_ui/query'
import { beijingTime, writeBeijingTime } from '../notifications/list-query'

/** What the list's address may say, field by field. */
const FIELDS = {
  number: z.string().trim().min(1).max(64),
  status: z.enum(['pending', 'paid', 'closed']),
  channel: z.enum(CHANNELS),
  attention: z.enum(['any', ...ATTENTION]),
  shipped: z.enum(['yes', 'no']).transform((it) => it === 'yes'),
  from: beijingTime,
  to: beijingTime,
  after: z
    .string()
    .regex(/^\d{1,15}\.[a-z0-9]{1,64}$/i)
    .transform((text): ListPlace => {
      const [at = '', id = ''] = text.split('.')
      return { at: Number(at), id }
    }),
}
type Field = keyof typeof FIELDS

/** Reads the filter and the place in the list from an address; what cannot be understood was not asked for. */
export function readOrderQuery(query: Record<string, string | string[] | undefined>): {
  filter: OrderFilter
  after: ListPlace | null
} {
  const read = <F extends Field>(field: F): z.infer<(typeof FIELDS)[F]> | null => {
    const parsed = FIELDS[field].safeParse(firstOf(query[field]))
    return parsed.success ? (parsed.data as z.infer<(typeof FIELDS)[F]>) : null
  }
  const filter: OrderFilter = {
    ...EVERY_ORDER,
    number: read('number'),
    status: read('status'),
    channel: read('channel'),
    attention: read('attention'),
    isShipped: read('shipped'),
    from: read('from'),
    to: read('to'),
  }
  return { filter, after: read('after') }
}

/** A filter as an address says it; the other way round from `readOrderQuery`. */
export function writeOrderQuery(filter: OrderFilter, after: ListPlace | null = null): URLSearchParams {
  const { isShipped, from, to, ...words } = filter
  const fields: Partial<Record<Field, string | null>> = {
    ...words,
    shipped: isShipped === null ? null : isShipped ? 'yes' : 'no',
    from: from === null ? null : writeBeijingTime(from),
    to: to === null ? null : writeBeijingTime(to),
    after: after === null ? null : `${after.at}.${after.id}`,
  }
  const given = Object.entries(fields).filter((it): it is [string, string] => it[1] != null)
  return new URLSearchParams(given)
}

export function ordersPath(filter: Partial<OrderFilter> = {}, after: ListPlace | null = null): string {
  const query = writeOrderQuery({ ...EVERY_ORDER, ...filter }, after)
  return query.size === 0 ? '/admin/orders' : `/admin/orders?${query}`
}
