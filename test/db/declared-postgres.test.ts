import { generateDrizzleJson } from 'drizzle-kit/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import config from '@/db/postgres/drizzle.config'
import { declared, newestSnapshot } from './declared'

// Set where the configuration is, and read when the columns are loaded: they are loaded anew here, and once more after it.
beforeAll(() => {
  vi.resetModules()
})
afterAll(() => {
  delete process.env.MIGRATIONS_FOR
  vi.resetModules()
})

test('the migrations of PostgreSQL make the tables that the source declares', async () => {
  const { tables, views } = generateDrizzleJson(await declared(config))
  expect({ tables, views }).toEqual(newestSnapshot(config))
})
