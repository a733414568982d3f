import { ACTIVITY_KINDS, type ActivityCursor, type ActivityFilter } from '../ledger/activity'
import type { RefundFilter, RowCursor, TradeFilter } from '../ledger/inspection'
import { REFUND_STATUSES } from '../ledger/refund-schema'
import { TRADE_STATES } from '../ledger/schema'

const TEXT_CHARACTERS_MAX = 100

type Query = Record<string, string>

/** What an address asks for. Whatever is not understood is as if it were not there: the worst is a page too many rows. */
export function readActivityFilter({ q, kind, failed, before }: Query): ActivityFilter {
  return {
    text: readText(q),
    kind: ACTIVITY_KINDS.find((it) => it === kind),
    isFailed: failed === '1' || undefined,
    before: readActivityCursor(before ?? ''),
  }
}

export function readTradeFilter({ q, state, before }: Query): TradeFilter {
  return {
    text: readText(q),
    state: TRADE_STATES.find((it) => it === state),
    before: readRowCursor(before ?? ''),
  }
}

export function readRefundFilter({ q, status, before }: Query): RefundFilter {
  return {
    text: readText(q),
    status: REFUND_STATUSES.find((it) => it === status),
    before: readRowCursor(before ?? ''),
  }
}

function readText(text = ''): string | undefined {
  return text.trim().slice(0, TEXT_CHARACTERS_MAX) || undefined
}

export function writeActivityCursor({ at, kind, id }: ActivityCursor): string {
  return `${at}-${kind}-${id}`
}

function readActivityCursor(text: string): ActivityCursor | undefined {
  const [, at, name, id] = /^(\d{1,15})-(\w+)-(\d{1,15})$/.exec(text) ?? []
  const kind = ACTIVITY_KINDS.find((it) => it === name)
  return kind === undefined ? undefined : { at: Number(at), kind, id: Number(id) }
}

export function writeRowCursor({ at, id }: RowCursor): string {
  return `${at}-${id}`
}

function readRowCursor(text: string): RowCursor | undefined {
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  return at === undefined || id === undefined ? undefined : { at: Number(at), id: Number(id) }
}
