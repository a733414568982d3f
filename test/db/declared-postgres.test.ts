import { generateDrizzleJson } from 'drizzle-kit/api'
import { expect, test } from 'vitest'
import { newestSnapshot } from './snapshot'

test('the migrations of PostgreSQL make the tables that the source declares', async () => {
  // Read when the columns are loaded, as by the generator of migrations.
  process.env.MIGRATIONS_FOR = 'postgres'
  const parts = await Promise.all([
    import('@/db/words'),
    import('@/db/schema'),
    import('@/db/refund-schema'),
    import('@/db/log-schema'),
    import('@/db/auth-schema'),
    import('@/db/process-schema'),
    import('@/db/postgres/schema'),
  ])
  delete process.env.MIGRATIONS_FOR
  const { tables, views } = generateDrizzleJson(Object.assign({}, ...parts))
  expect({ tables, views }).toEqual(newestSnapshot('db/postgres/migrations'))
})
