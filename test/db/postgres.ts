import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/*
 * Databases for tests, on the server that `postgres-server.ts` starts for all of them.
 */

/** Where the tests of a run find it, and the database that new ones are copied from. */
export const SERVER = 'TEST_DATABASE_SERVER'
export const TEMPLATE = 'TEST_DATABASE_TEMPLATE'

const PREFIX = 'shop_test_'
const OWN_PREFIX = `${PREFIX}${process.pid}_`

/** The address of a new database without goods, orders or anything else in its tables. */
export function newDatabase(): Promise<string> {
  // File by file is twice as fast as through the server's log, and leaves nothing in that.
  return makeDatabase(` template ${process.env[TEMPLATE]} strategy file_copy`)
}

/** The address of one that has no tables yet. */
export function emptyDatabase(): Promise<string> {
  return makeDatabase('')
}

async function makeDatabase(text: string): Promise<string> {
  const server = serverUrl()
  const name = `${OWN_PREFIX}${randomUUID().replaceAll('-', '')}`
  await onServer(server, (client) => client.query(`create database ${name}${text}`))
  return Object.assign(new URL(server), { pathname: `/${name}` }).href
}

function serverUrl(): string {
  const server = process.env[SERVER]
  if (server === undefined) throw new Error('these tests run with a server: vitest --project postgres')
  return server
}

/** Drops the databases that this process made, or those of all. */
export async function dropDatabases(of: 'own' | 'all'): Promise<void> {
  const prefix = of === 'own' ? OWN_PREFIX : PREFIX
  await onServer(serverUrl(), async (client) => {
    const found = await client.query<{ datname: string }>(
      `select datname from pg_database where starts_with(datname, '${prefix}')`,
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
