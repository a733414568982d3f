import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['./lib/emulator/ledger/schema.ts', './lib/emulator/ledger/refund-schema.ts'],
  out: './lib/emulator/ledger/migrations',
})
