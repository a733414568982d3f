import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { getTableName } from 'drizzle-orm'
import { type Database, openDatabase } from '@/db/open'
import { WORDS } from '@/db/words'
import { openLedger } from '@/lib/emulator/ledger/ledger'
import { fen } from '@/lib/shop/money'
import type { ListedProduct } from '@/lib/shop/price-list'

/** Memory that looks like a disk, where there is one: what a sync costs is not the question here. */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export const PRODUCTS = ['green', 'white', 'black'] as const

/** Few pieces of each, so that some are the last. */
const GOODS: ListedProduct[] = PRODUCTS.map((id, n) => {
  const name = { zh: `茶 ${id}`, en: `Tea ${id}` }
  return { id, slug: id, name, description: name, priceFen: fen(1_001 * (n + 1)), stock: 3 + n, image: '/tea.svg' }
})

export type Files = Awaited<ReturnType<typeof openFiles>>

/**
 * A folder with both databases, as they are at the beginning of each storm. What takes long to open is opened once: the
 * connection of whoever looks at both files, and those of the shop that no storm has torn down.
 */
export async function openFiles() {
  const folder = mkdtempSync(join(DISK, 'storm-'))
  const [shop, template, ledger] = ['shop', 'template', 'ledger'].map((name) => join(folder, `${name}.db`)) as Paths
  for (const path of [shop, template]) {
    const database = await openDatabase(`file:${path}`, { goods: GOODS })
    await database.close()
  }
  openLedger(`file:${ledger}`).close()

  const db = new Sqlite(shop)
  db.prepare('attach ? as w').run(ledger)
  db.prepare('attach ? as template').run(template)
  // Tables are emptied one after the other.
  db.pragma('foreign_keys = off')
  // Only a storm forgets what was done in the one before.
  db.exec('drop trigger audit_never_shrinks')
  const tables = (schema: string, exceptions: string[] = []) =>
    db
      .prepare(
        `select name from ${schema}.sqlite_master where type = 'table'
          and name not in (${exceptions.map((name) => `'${name}'`)}) order by name`,
      )
      .pluck()
      .all()
      .map(String)
  const beginning = [
    ...tables('w', ['__drizzle_migrations']).map((name) => `delete from w."${name}"`),
    ...tables('main', ['__drizzle_migrations', ...WORDS.map(([list]) => getTableName(list))]).map(
      (name) => `delete from main."${name}"`,
    ),
    'insert into main.products select * from template.products',
  ].map((it) => db.prepare(it))

  const idle: Database[] = []
  return {
    ledger,
    db,
    /** Both as they were at the beginning. */
    renew: db.transaction(() => {
      for (const step of beginning) step.run()
    }),
    openShop: async () => idle.pop() ?? openDatabase(`file:${shop}`),
    /** Takes back a connection that nobody uses any more. */
    keepShop: (database: Database) => idle.push(database),
    close: async () => {
      db.close()
      await Promise.all(idle.map((database) => database.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Paths = [shop: string, template: string, ledger: string]
