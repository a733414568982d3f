import { and, desc, eq, gte, lt, lte } from 'drizzle-orm'
import type { Store } from '@/lib/shop/store'
import { calls } from './log-schema'
import { atomically, blanks, type Database, keptQuery } from './sqlite/connection'

type CallMethods = Pick<Store, 'insertCall' | 'listCallTimes' | 'listCalls'>

/** Calls kept; older ones are forgotten. A payment makes about five. */
const CALLS_MAX = 100_000

const columns = blanks(
  ...(['at', 'durationMs', 'path', 'outTradeNo', 'outcome', 'isAnswered', 'request', 'answer'] as const),
)
const insert = keptQuery((db) => db.insert(calls).values(columns).prepare())

/** The log of calls to WeChat; what each method promises stands in the Store. */
export function callMethods(db: Database): CallMethods {
  return {
    async insertCall(call) {
      atomically(db, (tx) => {
        const last = Number(insert(tx).run(call).lastInsertRowid) - CALLS_MAX
        if (last > 0) tx.delete(calls).where(lte(calls.id, last)).run()
      })
    },
    async listCalls({ number, path, isFailed }, { beforeId, limit }) {
      const isWanted = and(
        number === null ? undefined : eq(calls.outTradeNo, number),
        path === null ? undefined : eq(calls.path, path),
        isFailed ? eq(calls.isAnswered, false) : undefined,
        beforeId === null ? undefined : lt(calls.id, beforeId),
      )
      return db.select().from(calls).where(isWanted).orderBy(desc(calls.id)).limit(limit).all()
    },
    async listCallTimes(from, limit) {
      const times = { at: calls.at, isAnswered: calls.isAnswered, durationMs: calls.durationMs }
      return db.select(times).from(calls).where(gte(calls.at, from)).orderBy(desc(calls.at)).limit(limit).all()
    },
  }
}
