import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: ['schema', 'refund-schema', 'key-schema'].map((it) => `./lib/emulator/ledger/${it}.ts`),
  out: './lib/emulator/ledger/migrations',
})
