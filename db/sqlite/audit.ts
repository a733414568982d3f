import type { AuditEntry } from '@/lib/shop/audit'
import type { Store } from '@/lib/shop/store'
import type { Connection, Database } from './database'
import { audit } from './schema'

type AuditMethods = Pick<Store, 'insertAudit'>

/** The record of who did what; what each method promises stands in the Store. */
export function auditMethods(db: Database): AuditMethods {
  return {
    async insertAudit(entry) {
      return insertAudit(db, entry)
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
