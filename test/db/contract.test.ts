import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { openDatabase } from '@/db/open'
import { storeContract } from './store-contract'

storeContract(async (goods, logLimits) => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  const file = join(folder, 'shop.db')
  const { store, close } = await openDatabase(`file:${file}`, { goods, ...(logLimits && { logLimits }) })
  return {
    store,
    close: async () => {
      await close()
      expectSound(file)
      rmSync(folder, { recursive: true, force: true })
    },
  }
})

/** Whatever a promise was tried with, the file is sound afterwards, and each key points to something. */
function expectSound(file: string): void {
  const db = new Sqlite(file, { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}
