import { asc, eq, sql } from 'drizzle-orm'
import {
  type KeySettings,
  keySettings,
  type MerchantKeysRecord,
  merchantKeys,
  type PlatformCertificateRecord,
  platformCertificates,
} from './key-schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** Keys of API v3, and which of them signs. */
export function openKeys(db: LedgerDatabase) {
  const insertKeys = db.insert(merchantKeys).values(blankRow(merchantKeys)).onConflictDoNothing().prepare()
  const findKeys = db
    .select()
    .from(merchantKeys)
    .where(eq(merchantKeys.mchId, blank('mchId')))
    .prepare()
  const insertCertificate = db.insert(platformCertificates).values(blankRow(platformCertificates)).prepare()
  const listCertificates = db
    .select()
    .from(platformCertificates)
    .where(eq(platformCertificates.mchId, blank('mchId')))
    .orderBy(asc(platformCertificates.signsFrom), asc(sql`rowid`))
    .prepare()
  const isOfMerchant = eq(keySettings.mchId, blank('mchId'))
  const findSettings = db.select().from(keySettings).where(isOfMerchant).prepare()
  const putSettings = db
    .insert(keySettings)
    .values(blankRow(keySettings))
    .onConflictDoUpdate({
      target: keySettings.mchId,
      set: {
        publicKeyPercent: sql`excluded.public_key_percent`,
        asksForPublicKey: sql`excluded.asks_for_public_key`,
        hasCertificates: sql`excluded.has_certificates`,
      },
    })
    .prepare()

  return {
    /** Keeps a merchant's keys; those that are there already stay. Says whether these are kept. */
    insertMerchantKeys: (row: MerchantKeysRecord): boolean => insertKeys.run(row).changes === 1,

    findMerchantKeys: (mchId: string) => findKeys.get({ mchId }) ?? null,

    insertPlatformCertificate: (row: PlatformCertificateRecord) => {
      insertCertificate.run(row)
    },

    /** In the order in which they sign. */
    listPlatformCertificates: (mchId: string) => listCertificates.all({ mchId }),

    findKeySettings: (mchId: string): KeySettings =>
      findSettings.get({ mchId }) ?? { mchId, publicKeyPercent: null, asksForPublicKey: false, hasCertificates: true },

    putKeySettings: (row: KeySettings) => {
      putSettings.run(row)
    },
  }
}
