import { createHash } from 'node:crypto'

/** What the driver knows of one body that it sent to the shop, in however many copies. */
export type Sent = {
  body: string
  sent: number
  acknowledged: number
  /** Answered with the request to come again. */
  refused: number
  /** Answered although the store had failed before the message was in the log. */
  unlogged: number
}

/** What happened outside both databases, for the invariants that they alone cannot show. */
export type Journal = ReturnType<typeof openJournal>

export const sha256 = (body: string | Uint8Array): string => createHash('sha256').update(body).digest('hex')

export function openJournal() {
  return {
    bodies: new Map<string, Sent>(),
    /** The orders that each idempotency key was answered with while the shop's clock did not jump. */
    orders: new Map<string, Set<string>>(),
    /** Numbers at WeChat that came from somebody else with our account. */
    foreign: new Set<string>(),
    /** Numbers for which WeChat took another amount than it was asked for. */
    otherAmounts: new Set<string>(),
    /** Order requests that reached WeChat before their payment was written down. */
    early: [] as string[],
    /** Refund requests that reached WeChat before their refund was written down, or approved. */
    earlyRefunds: [] as string[],
    /** Answers to notifications that took longer than WeChat waits. */
    late: [] as string[],
    /** Right signatures of bodies that came without one. */
    secrets: [] as string[],
  }
}

export function entryOf(journal: Journal, body: string): Sent {
  const sha = sha256(body)
  const known = journal.bodies.get(sha)
  if (known !== undefined) return known
  const entry = { body, sent: 0, acknowledged: 0, refused: 0, unlogged: 0 }
  journal.bodies.set(sha, entry)
  return entry
}
