import { z } from 'zod'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { REFUND_STATUSES, type Refund } from '@/lib/shop/refund'
import { EVERY_REFUND, type ListPlace, type RefundFilter } from '@/lib/shop/review'
import { type AddressQuery, beijingTime, givenOf, readFields, writeAddress, writePlace } from '@/lib/web/list-query'

/** A merchant's numbers of refunds may have more signs in them than those that this shop makes (refund, out_refund_no). */
const place = z
  .string()
  .regex(/^\d{1,15}\.[\w|*@-]{1,64}$/)
  .transform((text): ListPlace => {
    const [at = '', id = ''] = text.split('.')
    return { at: Number(at), id }
  })

/** What the list's address may say, field by field. */
const FIELDS = {
  number: z.string().trim().min(1).max(64),
  status: z.enum(REFUND_STATUSES),
  waits: z.enum(['look', 'open']),
  from: beijingTime,
  to: beijingTime,
  after: place,
}
export type RefundField = keyof typeof FIELDS

/** Reads the filter and the place in the list from an address or a form. */
export function readRefundQuery(query: AddressQuery): {
  filter: RefundFilter
  after: ListPlace | null
  ignored: RefundField[]
} {
  const { values, ignored } = readFields(FIELDS, query)
  const filter: RefundFilter = {
    number: values.number ?? null,
    status: values.status ?? null,
    waits: values.waits ?? null,
    from: values.from ?? null,
    to: values.to ?? null,
  }
  return { filter, after: values.after ?? null, ignored }
}

/** A filter as an address says it; the other way round from `readRefundQuery`. */
function fieldsOf({ from, to, ...words }: RefundFilter): Record<Exclude<RefundField, 'after'>, string | null> {
  return {
    ...words,
    from: from === null ? null : writeBeijingTime(from),
    to: to === null ? null : writeBeijingTime(to),
  }
}

/** The same as the hidden fields of a form. */
export function refundFields(filter: RefundFilter): [string, string][] {
  return givenOf(fieldsOf(filter))
}

export function refundsPath(filter: Partial<RefundFilter> = {}, after: ListPlace | null = null): string {
  return writeAddress('/admin/refunds', { ...fieldsOf({ ...EVERY_REFUND, ...filter }), after: writePlace(after) })
}

/** Where the list goes on after a refund. */
export function placeAfter({ createdAt, outRefundNo }: Refund): ListPlace {
  return { at: createdAt, id: outRefundNo }
}
