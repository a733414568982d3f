import type { SaidFields } from '@/lib/shop/evidence'

/* What is kept of messages for logs and pages: calls are kept in great number, and an answer may be 64 KB. */

/** Signatures and people's marks. */
const MASKED = new Set(['sign', 'openid'])

const FIELD_SHOWN_MAX = 1_000
const SHOWN_MAX = 8_000
const DEPTH_MAX = 8

/** Fields for logs and pages: signatures and people's marks are cut short, and so is what no real answer is as long as. */
export function shown(fields: Record<string, unknown>): SaidFields {
  return shownWithin(fields, { left: SHOWN_MAX }, 1)
}

function shownWithin(fields: Record<string, unknown>, room: { left: number }, depth: number): SaidFields {
  const kept: [string, SaidFields[string]][] = []
  for (const [name, value] of Object.entries(fields)) {
    room.left -= name.length
    const said = shownValue(name, value, room, depth)
    if (room.left >= 0) kept.push([name, said])
  }
  return Object.fromEntries(kept)
}

function shownValue(name: string, value: unknown, room: { left: number }, depth: number): SaidFields[string] {
  if (typeof value === 'object' && value !== null) {
    return depth >= DEPTH_MAX ? '…' : shownWithin(Object.fromEntries(Object.entries(value)), room, depth + 1)
  }
  const said = typeof value === 'string' ? (MASKED.has(name) ? masked(value) : cut(value)) : plain(value)
  room.left -= String(said).length
  return said
}

function plain(value: unknown): number | boolean | null {
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function cut(value: string): string {
  return value.length > FIELD_SHOWN_MAX ? `${value.slice(0, FIELD_SHOWN_MAX)}…` : value
}

export function masked(value: string): string {
  return value.length > 6 ? `${value.slice(0, 6)}…` : value
}
