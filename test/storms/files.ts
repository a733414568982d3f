import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Database, openDatabase } from '@/db/open'
import { openLedger } from '@/lib/emulator/ledger/ledger'
import { fen } from '@/lib/shop/money'
import type { ListedProduct } from '@/lib/shop/price-list'
import { newDatabase } from '../db/postgres'
import { LEFT_OUT, openMirror } from './mirror'

/** Memory that looks like a disk, where there is one: what a sync costs is not the question here. */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export const PRODUCTS = ['green', 'white', 'black'] as const

/** Few pieces of each, so that some are the last. */
const GOODS: ListedProduct[] = PRODUCTS.map((id, n) => {
  const name = { zh: `茶 ${id}`, en: `Tea ${id}` }
  return {
    id,
    slug: id,
    name,
    description: name,
    priceFen: fen(1_001 * (n + 1)),
    stock: 3 + n,
    image: '/tea.svg',
    category: null,
    facts: {},
  }
})

export type Files = Awaited<ReturnType<typeof openFiles>>

/**
 * A folder with both databases, as they are at the beginning of each storm; the shop's may be on a server. What takes long to open is opened once: the
 * connection of whoever looks at both files, and those of the shop that no storm has torn down.
 */
export async function openFiles(kind: 'sqlite' | 'postgres' = 'sqlite') {
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
    ...tables('main', LEFT_OUT).map((name) => `delete from main."${name}"`),
    'insert into main.products select * from template.products',
  ].map((it) => db.prepare(it))

  const renewFiles = db.transaction(() => {
    for (const step of beginning) step.run()
  })
  const server = kind === 'postgres' ? await openServerSide(db) : null

  const idle: Database[] = []
  return {
    ledger,
    /** Both shop and WeChat, to look at. */
    db,
    /** Both as they were at the beginning. */
    renew: async () => {
      renewFiles()
      await server?.renew()
    },
    openShop: async () => idle.pop() ?? openDatabase(server?.url ?? `file:${shop}`),
    /** After a step of the store, what it wrote can be looked at. */
    seen: async <T>(step: Promise<T>): Promise<T> => {
      if (server === null) return step
      try {
        return await step
      } finally {
        await server.refresh()
      }
    },
    /** Takes back a connection that nobody uses any more. */
    keepShop: (database: Database) => idle.push(database),
    close: async () => {
      await Promise.all(idle.map((database) => database.close()))
      await server?.close()
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The shop's database on the server of the tests. Of its own file only the copy that a checker looks at is left. */
async function openServerSide(db: Sqlite.Database) {
  const url = await newDatabase()
  await (await openDatabase(url, { goods: GOODS })).close()
  const mirror = await openMirror(url, db)
  await mirror.run('create table goods_at_first as select * from products')
  const emptied = [...mirror.tables, 'commits'].map((name) => `"${name}"`)
  const goods = 'insert into products select * from goods_at_first'
  return { ...mirror, url, renew: () => mirror.run(`truncate ${emptied} restart identity cascade; ${goods}`) }
}

type Paths = [shop: string, template: string, ledger: string]
