import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { AuditEntry, NewAuditEntry } from '@/lib/shop/audit'
import type { AuditStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import { audit } from './log-schema'

export function openAudit({ read, write }: Access): AuditStore {
  return {
    insertAudit: (entry) => write((tx) => insertAudit(tx, entry)),
    listAudit: ({ filter, before, limit }) => {
      const wanted: SQL[] = []
      if (filter.action !== null) wanted.push(eq(audit.action, filter.action))
      if (filter.email !== null) wanted.push(eq(audit.email, filter.email))
      if (filter.orderId !== null) wanted.push(eq(audit.orderId, filter.orderId))
      if (before !== null) wanted.push(lt(audit.id, before))
      return read(async (tx) => {
        const found = tx
          .select()
          .from(audit)
          .where(and(...wanted))
        return (await found.orderBy(desc(audit.id)).limit(limit)).map(toAuditEntry)
      })
    },
  }
}

export async function insertAudit(tx: Connection, { actor, ...entry }: NewAuditEntry): Promise<number> {
  const [inserted] = await tx
    .insert(audit)
    .values({ ...entry, ...actor })
    .returning({ id: audit.id })
  return inserted?.id ?? 0
}

export function toAuditEntry({ email, role, address, ...entry }: typeof audit.$inferSelect): AuditEntry {
  return { ...entry, actor: { email, role, address } }
}
