import { sql } from 'drizzle-orm'
import type { Store } from '@/lib/shop/store'
import { auditMethods } from './audit'
import { callMethods } from './calls'
import { commitMethod } from './changes'
import { notificationMethods } from './notifications'
import { orderMethods } from './orders'
import { reviewMethods } from './review'
import type { Database } from './sqlite/connection'

/** The shop's store in an SQLite file. Every method is one statement, or one immediate transaction. */
export function openSqliteStore(db: Database): Store {
  return {
    ...orderMethods(db),
    ...notificationMethods(db),
    ...auditMethods(db),
    ...callMethods(db),
    ...reviewMethods(db),
    commit: commitMethod(db),
    async ping() {
      db.get(sql`select 1`)
    },
  }
}
