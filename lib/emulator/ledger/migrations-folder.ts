import { join } from 'node:path'

/** Next.js bundles what opens the ledger, so the folder is found from where the program was started. */
export const MIGRATIONS = join(process.cwd(), 'lib/emulator/ledger/migrations')
