import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { openDatabase } from '@/db/open'
import { accountsContract } from './accounts-contract'
import { storeContract } from './store-contract'

type Options = NonNullable<Parameters<typeof openDatabase>[1]>

async function open(options: Options) {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  const file = join(folder, 'shop.db')
  const database = await openDatabase(`file:${file}`, options)
  return {
    ...database,
    close: async () => {
      await database.close()
      expectSound(file)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Whatever a promise was tried with, the file is sound afterwards, and each key points to something. */
function expectSound(file: string): void {
  const db = new Sqlite(file, { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

storeContract((goods, logLimits) => open({ goods, ...(logLimits && { logLimits }) }))
accountsContract(() => open({}))
