/** Who does the work: the shop on either database, on a slow disk, or a peer. */
export type Side = 'sqlite' | 'postgres' | 'slow' | 'express' | 'next'

/** One kind of request at one side in one round. */
export type Measured = { what: string; side: Side; perSecond: number; processorMs: number }

export type Row = Record<string, string>

/** The peers' own rows, and what of the shop is measured against them. */
const AGAINST_NEXT: Record<string, string> = {
  'first notification': 'an empty handler',
  'repeated notification': 'an empty handler',
  'forged notification': 'an empty handler',
  'order creation': 'an empty handler',
  prepay: 'an empty handler',
  'home page': 'a page of one paragraph',
  'product page': 'a page of one paragraph',
  'home page, made anew': 'a page of one paragraph',
  'product page, made anew': 'a page of one paragraph',
}
/** What a peer has no answer of its own for is measured against another one. */
const AGAINST_EXPRESS: Record<string, string> = {
  'first notification': 'first notification',
  'repeated notification': 'repeated notification',
  'forged notification': 'repeated notification',
}

/** One row for each kind of request: how many times a peer's speed first, then how many a second, and what each costs. */
export function speedTable(all: Measured[]): Row[] {
  const rounds = (what: string | undefined, side: Side) => all.filter((it) => it.what === what && it.side === side)
  const ratio = (what: string, side: Side, of: string | undefined, peer: Side) => {
    const own = rounds(what, side)
    const others = rounds(of, peer)
    return times(own.map(({ perSecond }, round) => perSecond / (others[round]?.perSecond ?? Number.NaN)))
  }
  const rate = (what: string, side: Side) => whole(rounds(what, side).map((it) => it.perSecond))
  const cost = (what: string, side: Side) => ms(rounds(what, side).map((it) => it.processorMs))
  return [...new Set(all.map(({ what }) => what))].map((what) => ({
    request: what,
    'SQLite : express': ratio(what, 'sqlite', AGAINST_EXPRESS[what], 'express'),
    'PostgreSQL : express': ratio(what, 'postgres', AGAINST_EXPRESS[what], 'express'),
    'SQLite : Next.js': ratio(what, 'sqlite', AGAINST_NEXT[what], 'next'),
    'PostgreSQL : Next.js': ratio(what, 'postgres', AGAINST_NEXT[what], 'next'),
    'slow disk : fast': ratio(what, 'slow', what, 'sqlite'),
    'SQLite/s': rate(what, 'sqlite'),
    'PostgreSQL/s': rate(what, 'postgres'),
    'slow disk/s': rate(what, 'slow'),
    'express/s': rate(what, 'express'),
    'Next.js/s': rate(what, 'next'),
    'SQLite ms': cost(what, 'sqlite'),
    'PostgreSQL ms': cost(what, 'postgres'),
    'express ms': cost(what, 'express'),
    'Next.js ms': cost(what, 'next'),
  }))
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const shown = (digits: number) => (values: number[]) => {
  const value = median(values)
  return Number.isNaN(value) ? '' : value.toFixed(digits)
}
const times = shown(2)
const whole = shown(0)
const ms = shown(2)

/** Rows as a table of Markdown, which reads well in a terminal too. */
export function writeTable(rows: Row[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [names, names.map(() => '---'), ...rows.map((row) => names.map((name) => row[name] ?? ''))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
