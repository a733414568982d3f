import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@/db/open'
import { createEmulator, type EmulatorOptions } from '@/lib/emulator/emulator'
import { fen } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'

/** Memory that looks like a disk, where there is one: what a sync costs is not the question here. */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export const PRODUCTS = ['green', 'white', 'black'] as const

/** Few pieces of each, so that some are the last. */
const GOODS: Product[] = PRODUCTS.map((id, n) => {
  const name = { zh: `茶 ${id}`, en: `Tea ${id}` }
  return { id, slug: id, name, description: name, priceFen: fen(1_001 * (n + 1)), stock: 2 + n, image: '/tea.svg' }
})

export type Files = ReturnType<typeof openFiles>

/** A folder with both databases, filled once and copied anew for each storm. */
export function openFiles(emulator: Omit<EmulatorOptions, 'databaseUrl'>) {
  const folder = mkdtempSync(join(DISK, 'storm-'))
  const path = (name: string) => join(folder, name)
  openDatabase(`file:${path('shop.template')}`, { goods: GOODS }).close()
  createEmulator({ ...emulator, databaseUrl: `file:${path('ledger.template')}` }).close()
  const remove = (name: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path(`${name}${suffix}`), { force: true })
  }
  return {
    shop: path('shop.db'),
    ledger: path('ledger.db'),
    /** Both as they were at the beginning. Whoever had them open has closed them. */
    renew: () => {
      for (const name of ['shop', 'ledger']) {
        remove(`${name}.db`)
        copyFileSync(path(`${name}.template`), path(`${name}.db`))
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
