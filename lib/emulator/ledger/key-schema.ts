import { sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { whole } from './schema'

// Keys outlive a reset: merchants hold their halves. Private keys are PEM (PKCS#8); the file is its owner's alone.

/** What API v3 needs of each merchant number, on both sides. */
export const merchantKeys = sqliteTable('merchant_keys', {
  mchId: text('mch_id').primaryKey(),
  /** 32 characters, with which notifications are encrypted. */
  v3Key: text('v3_key').notNull(),
  /** The merchant's own pair: it signs calls, and what is handed to the phone. */
  privateKey: text('private_key').notNull(),
  certificate: text('certificate').notNull(),
  serial: text('serial').notNull(),
  /** Both in one file, `apiclient_cert.p12` in Base64. */
  p12: text('p12').notNull(),
  /** The pair whose public half the documentation calls the WeChat Pay public key. */
  publicKeyId: text('public_key_id').notNull(),
  publicKey: text('public_key').notNull(),
  publicKeyPrivate: text('public_key_private').notNull(),
})
export type MerchantKeysRecord = typeof merchantKeys.$inferSelect

/** WeChat Pay's certificates towards a merchant. Several are valid while one takes over from another. */
export const platformCertificates = sqliteTable(
  'platform_certificates',
  {
    mchId: text('mch_id').notNull(),
    serial: text('serial').notNull(),
    privateKey: text('private_key').notNull(),
    certificate: text('certificate').notNull(),
    /** From when on it signs: merchants need time to download it. */
    signsFrom: integer('signs_from').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.mchId, table.serial] }),
    check('platform_certificates_signs_from', whole(table.signsFrom)),
  ],
)
export type PlatformCertificateRecord = typeof platformCertificates.$inferSelect

/** Which of WeChat Pay's keys signs what a merchant receives. */
export const keySettings = sqliteTable(
  'key_settings',
  {
    mchId: text('mch_id').primaryKey(),
    /** So many of a hundred notifications are signed with the public key's pair; null while nobody said so. */
    publicKeyPercent: integer('public_key_percent'),
    /** Whether the merchant's latest call asked for answers that the public key verifies. */
    asksForPublicKey: integer('asks_for_public_key', { mode: 'boolean' }).notNull(),
    /** New merchants have the public key alone. */
    hasCertificates: integer('has_certificates', { mode: 'boolean' }).notNull(),
  },
  (table) => [
    check(
      'key_settings_public_key_percent',
      sql`${table.publicKeyPercent} is null or ${table.publicKeyPercent} between 0 and 100`,
    ),
  ],
)
export type KeySettings = typeof keySettings.$inferSelect
