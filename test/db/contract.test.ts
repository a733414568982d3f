import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect } from 'vitest'
import { openDatabase } from '@/db/open'
import { accountsContract } from './accounts-contract'
import { storeContract } from './store-contract'

type Options = NonNullable<Parameters<typeof openDatabase>[1]>

/** Making the tables takes ten times as long as opening them: made once, they are copied for each test. */
let empty: string
beforeAll(async () => {
  empty = mkdtempSync(join(tmpdir(), 'contract-'))
  await (await openDatabase(`file:${join(empty, 'shop.db')}`)).close()
})
afterAll(() => rmSync(empty, { recursive: true, force: true }))

async function open(options: Options) {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  const file = join(folder, 'shop.db')
  copyFileSync(join(empty, 'shop.db'), file)
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
