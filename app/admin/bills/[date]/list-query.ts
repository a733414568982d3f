import { z } from 'zod'
import type { Day } from '@/lib/shop/beijing'
import type { DifferenceFilter } from '@/lib/shop/bill-store'
import { DIFFERENCE_KINDS } from '@/lib/shop/difference'
import { type AddressQuery, firstOf, readFields, readId, writeAddress } from '@/lib/web/list-query'

/** Which differences of a day are looked at, from which on. */
export type DayQuery = Required<DifferenceFilter> & { isEnded: boolean; after: number | null }

const FIELDS = { kind: z.enum(DIFFERENCE_KINDS), number: z.string().trim().max(64) }

/** Reads what an address asks for; what cannot be understood asks for nothing. */
export function readDayQuery(address: AddressQuery): DayQuery {
  const { kind = null, number = null } = readFields(FIELDS, address).values
  return { kind, number, isEnded: firstOf(address.list) === 'ended', after: readId(firstOf(address.after)) }
}

export function dayPath(day: Day, { isEnded, kind, number, after }: DayQuery): string {
  const list = isEnded ? 'ended' : null
  return writeAddress(`/admin/bills/${day}`, { list, kind, number, after: after === null ? null : String(after) })
}
