import { SHIPPED_MAX, type Shipped } from '@/lib/shop/ship-orders'

/** An order's id; whatever else is in an address is left out. */
const ID = /^[0-9a-z]{1,32}$/

/** What became of one order, a letter each, so that an address has room for all of them. */
const OUTCOMES = {
  d: 'done',
  n: 'not_found',
  u: 'order_unpaid',
  a: 'already_shipped',
  v: 'refund_unreviewed',
  p: 'refund_pending',
  r: 'order_refunded',
  x: 'internal',
} as const
type Letter = keyof typeof OUTCOMES
export type ShipOutcome = (typeof OUTCOMES)[Letter]

/** The orders that an address or a form names, each once. */
export function readOrderIds(given: string | string[] | undefined): string[] {
  const ids = [given ?? []].flat().filter((id) => ID.test(id))
  return [...new Set(ids)].slice(0, SHIPPED_MAX)
}

export function shipPath(ids: string[], results: Shipped[] | null = null): string {
  const query = new URLSearchParams(ids.map((id) => ['order', id]))
  if (results !== null) query.set('results', results.map(({ result }) => letterOf(result)).join(''))
  return `/admin/orders/ship?${query}`
}

function letterOf(result: Shipped['result']): Letter {
  const outcome = result.ok ? 'done' : result.reason
  const letters = Object.keys(OUTCOMES) as Letter[]
  return letters.find((letter) => OUTCOMES[letter] === outcome) ?? 'x'
}

/** What became of each order, by its place among them; null before anything was done. */
export function readResults(text: string | undefined, ids: string[]): Map<string, ShipOutcome> | null {
  if (text === undefined || text.length !== ids.length) return null
  const outcomes = [...text].map((letter) =>
    Object.hasOwn(OUTCOMES, letter) ? OUTCOMES[letter as Letter] : 'internal',
  )
  return new Map(ids.map((id, place) => [id, outcomes[place] ?? 'internal']))
}
