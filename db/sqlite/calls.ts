import { lte } from 'drizzle-orm'
import type { Store } from '@/lib/shop/store'
import { atomically, type Database } from './database'
import { calls } from './schema'

type CallMethods = Pick<Store, 'insertCall'>

/** Calls kept; older ones are forgotten. A payment makes about five. */
const CALLS_MAX = 100_000

/** The log of calls to WeChat; what each method promises stands in the Store. */
export function callMethods(db: Database): CallMethods {
  return {
    async insertCall(call) {
      atomically(db, (tx) => {
        const id = Number(tx.insert(calls).values(call).run().lastInsertRowid)
        tx.delete(calls)
          .where(lte(calls.id, id - CALLS_MAX))
          .run()
      })
    },
  }
}
