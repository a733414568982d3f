import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './db/words.ts',
    './db/schema.ts',
    './db/refund-schema.ts',
    './db/bill-schema.ts',
    './db/log-schema.ts',
    './db/process-schema.ts',
    './db/auth-schema.ts',
  ],
  out: './db/sqlite/migrations',
})
