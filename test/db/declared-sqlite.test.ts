import { generateSQLiteDrizzleJson } from 'drizzle-kit/api'
import { expect, test } from 'vitest'
import shop from '@/db/sqlite/drizzle.config'
import ledger from '@/lib/emulator/ledger/drizzle.config'
import { declared, newestSnapshot } from './declared'

test.each([
  ['the shop', shop],
  ["the emulator's ledger", ledger],
])('the migrations of %s make the tables that the source declares', async (_, config) => {
  const { tables, views } = await generateSQLiteDrizzleJson(await declared(config))
  expect({ tables, views }).toEqual(newestSnapshot(config))
})
