import { defineConfig } from 'drizzle-kit'

// Read by `db/columns.ts` when the schema is loaded, which is after this file.
process.env.MIGRATIONS_FOR = 'postgres'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './db/words.ts',
    './db/schema.ts',
    './db/refund-schema.ts',
    './db/bill-schema.ts',
    './db/log-schema.ts',
    './db/process-schema.ts',
    './db/auth-schema.ts',
    './db/postgres/schema.ts',
  ],
  out: './db/postgres/migrations',
})
