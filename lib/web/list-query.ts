import { z } from 'zod'
import { readBeijingTime } from '@/lib/shop/beijing'
import type { ListPlace } from '@/lib/shop/review'

/** What stands behind the `?` of an address, as pages receive it. */
export type AddressQuery = Record<string, string | string[] | undefined>

/** One value of a query parameter, however often it was given. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** A row's number from an address; null for whatever is no such number. */
export function readId(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

/** How many, from an address; null for whatever is no such number. */
export function readCount(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null
}

/** A time that somebody picked; people who look after the shop read China's clock. */
export const beijingTime = z.iso.datetime({ local: true }).transform(readBeijingTime)

/** Where a list goes on: after the row of this time and id. */
export const place = z
  .string()
  .regex(/^\d{1,15}\.[a-z0-9]{1,64}$/i)
  .transform((text): ListPlace => {
    const [at = '', id = ''] = text.split('.')
    return { at: Number(at), id }
  })

/**
 * Reads a list's filter from an address or a form, field by field. What is empty was not asked for; what cannot be
 * understood is left out and named.
 */
export function readFields<Shape extends z.ZodRawShape>(shape: Shape, query: AddressQuery) {
  const isField = (name: PropertyKey | undefined): name is keyof Shape & string =>
    typeof name === 'string' && Object.hasOwn(shape, name)
  const given = Object.keys(shape)
    .map((name) => [name, firstOf(query[name])] as const)
    .filter(([, value]) => value !== undefined && value.trim() !== '')
  const fields = z.object(shape).partial()
  const issues = fields.safeParse(Object.fromEntries(given)).error?.issues ?? []
  const ignored = [...new Set(issues.map(({ path }) => path[0]))].filter(isField)
  const understood = given.filter(([name]) => !ignored.some((it) => it === name))
  return { values: fields.parse(Object.fromEntries(understood)), ignored }
}

/** An address with those of the fields that say something. */
export function writeAddress(path: string, fields: Record<string, string | null>): string {
  const query = new URLSearchParams(givenOf(fields))
  return query.size === 0 ? path : `${path}?${query}`
}

/** Those of the fields that say something, as an address or the hidden fields of a form take them. */
export function givenOf(fields: Record<string, string | null>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}

export function writePlace(after: { at: number; id: number | string } | null): string | null {
  return after === null ? null : `${after.at}.${after.id}`
}
