import type { Place, TradeWish } from '../ledger/inspection'
import { KINDS, type Position, type Wish } from './activity'

const TEXT_CHARACTERS_MAX = 100
const STATES = ['NOTPAY', 'SUCCESS', 'CLOSED'] as const

type Query = Record<string, string>

/** What an address asks for. Whatever is not understood is as if it were not there: the worst is a page too many rows. */
export function readWish({ q, kind, failed, before }: Query): Wish {
  return {
    text: readText(q),
    kind: KINDS.find((it) => it === kind),
    isFailed: failed === '1' || undefined,
    before: readPosition(before ?? ''),
  }
}

export function readTradeWish({ q, state, before }: Query): TradeWish {
  return {
    text: readText(q),
    state: STATES.find((it) => it === state),
    before: readPlace(before ?? ''),
  }
}

function readText(text = ''): string | undefined {
  return text.trim().slice(0, TEXT_CHARACTERS_MAX) || undefined
}

export function writePosition({ at, kind, id }: Position): string {
  return `${at}-${kind}-${id}`
}

function readPosition(text: string): Position | undefined {
  const [, at, name, id] = /^(\d{1,15})-(\w+)-(\d{1,15})$/.exec(text) ?? []
  const kind = KINDS.find((it) => it === name)
  return kind === undefined ? undefined : { at: Number(at), kind, id: Number(id) }
}

export function writePlace({ at, id }: Place): string {
  return `${at}-${id}`
}

function readPlace(text: string): Place | undefined {
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  return at === undefined || id === undefined ? undefined : { at: Number(at), id: Number(id) }
}
