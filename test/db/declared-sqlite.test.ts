import { generateSQLiteDrizzleJson } from 'drizzle-kit/api'
import { expect, test } from 'vitest'
import * as auth from '@/db/auth-schema'
import * as logs from '@/db/log-schema'
import * as processes from '@/db/process-schema'
import * as refunds from '@/db/refund-schema'
import * as main from '@/db/schema'
import * as words from '@/db/words'
import * as ledgerKeys from '@/lib/emulator/ledger/key-schema'
import * as ledgerRefunds from '@/lib/emulator/ledger/refund-schema'
import * as ledger from '@/lib/emulator/ledger/schema'
import { newestSnapshot } from './snapshot'

test('the migrations of SQLite make the tables that the source declares', async () => {
  const declared = { ...words, ...main, ...refunds, ...logs, ...auth, ...processes }
  const { tables, views } = await generateSQLiteDrizzleJson(declared)
  expect({ tables, views }).toEqual(newestSnapshot('db/sqlite/migrations'))
})

test("those of the emulator's ledger do too", async () => {
  const { tables, views } = await generateSQLiteDrizzleJson({ ...ledger, ...ledgerRefunds, ...ledgerKeys })
  expect({ tables, views }).toEqual(newestSnapshot('lib/emulator/ledger/migrations'))
})
