import { and, eq } from 'drizzle-orm'
import { type AuthorizationCode, authorizations } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** Codes of page authorization. */
export function openAuthorizations(db: LedgerDatabase) {
  const isCode = eq(authorizations.code, blank('code'))
  const insert = db.insert(authorizations).values(blankRow(authorizations)).prepare()
  const find = db.select().from(authorizations).where(isCode).prepare()
  const isUnused = and(isCode, eq(authorizations.isUsed, false))
  const spend = db.update(authorizations).set({ isUsed: true }).where(isUnused).prepare()

  return {
    insertAuthorization: (code: AuthorizationCode) => {
      insert.run(code)
    },

    findAuthorization: (code: string) => find.get({ code }) ?? null,

    /** Marks a code as used; false when it was already. */
    spendAuthorization: (code: string): boolean => spend.run({ code }).changes === 1,
  }
}
