import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@/db/open'
import { storeContract } from './store-contract'

storeContract(async (goods) => {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'))
  const { store, close } = openDatabase(`file:${folder}/shop.db`, { goods })
  return {
    store,
    close: () => {
      close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})
