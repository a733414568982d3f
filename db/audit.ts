import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { AuditEntry } from '@/lib/shop/audit'
import type { Store } from '@/lib/shop/store'
import { audit } from './log-schema'
import type { Connection, Database } from './sqlite/connection'

type AuditMethods = Pick<Store, 'insertAudit' | 'listAudit'>

/** The record of who did what; what each method promises stands in the Store. */
export function auditMethods(db: Database): AuditMethods {
  return {
    async insertAudit(entry) {
      return insertAudit(db, entry)
    },
    async listAudit({ filter, before, limit }) {
      const wanted: SQL[] = []
      if (filter.action !== null) wanted.push(eq(audit.action, filter.action))
      if (filter.email !== null) wanted.push(eq(audit.email, filter.email))
      if (filter.orderId !== null) wanted.push(eq(audit.orderId, filter.orderId))
      if (before !== null) wanted.push(lt(audit.id, before))
      const newestFirst = db
        .select()
        .from(audit)
        .where(and(...wanted))
        .orderBy(desc(audit.id))
      return newestFirst.limit(limit).all().map(toAuditEntry)
    },
  }
}

export function insertAudit(tx: Connection, { actor, ...entry }: Parameters<Store['insertAudit']>[0]): number {
  return Number(
    tx
      .insert(audit)
      .values({ ...entry, ...actor })
      .run().lastInsertRowid,
  )
}

export function toAuditEntry({ email, role, address, ...entry }: typeof audit.$inferSelect): AuditEntry {
  return { ...entry, actor: { email, role, address } }
}
