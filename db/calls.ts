import { and, desc, eq, gte, lt, lte, or } from 'drizzle-orm'
import type { CallStore } from '@/lib/shop/store'
import { type Access, blanks, keptQuery } from './access'
import { calls } from './log-schema'

/** Calls kept; older ones are forgotten. A payment makes about five. */
const CALLS_MAX = 100_000

const columns = blanks(
  ...(['at', 'durationMs', 'path', 'outTradeNo', 'outcome', 'isAnswered', 'request', 'answer', 'outRefundNo'] as const),
)
const insert = keptQuery((db) => db.insert(calls).values(columns).returning({ id: calls.id }).prepare())

export function openCalls({ read, write }: Access): CallStore {
  return {
    insertCall: (call) =>
      write(async (tx) => {
        const [inserted] = await insert(tx).execute(call)
        const last = (inserted?.id ?? 0) - CALLS_MAX
        if (last > 0) await tx.delete(calls).where(lte(calls.id, last))
      }),
    listCalls: ({ number, path, isFailed }, { beforeId, limit }) => {
      const isWanted = and(
        number === null ? undefined : or(eq(calls.outTradeNo, number), eq(calls.outRefundNo, number)),
        path === null ? undefined : eq(calls.path, path),
        isFailed ? eq(calls.isAnswered, false) : undefined,
        beforeId === null ? undefined : lt(calls.id, beforeId),
      )
      return read(async (tx) => tx.select().from(calls).where(isWanted).orderBy(desc(calls.id)).limit(limit))
    },
    listCallTimes: (from, limit) => {
      const times = { at: calls.at, isAnswered: calls.isAnswered, durationMs: calls.durationMs }
      return read(async (tx) =>
        tx.select(times).from(calls).where(gte(calls.at, from)).orderBy(desc(calls.at)).limit(limit),
      )
    },
  }
}
