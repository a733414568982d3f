import { randomUUID } from 'node:crypto'
import { Client, Pool, type PoolClient } from 'pg'
import { openConnection, type RunStatement } from '../connection'
import type { Opened } from '../opened'
import { isDisconnected, isDiskFull, storeError } from './errors'
import { readSettings, refuseUnfit } from './fitness'
import { listen, NO_NEWS } from './listen'
import { bringUpToDate } from './migrate'
import { runStatement } from './statements'
import { CHANGES, openWriter } from './writer'

const NAME = 'wechat-pay-shop'
const CONNECTIONS_MAX = 10
const CONNECT_MS_MAX = 2_000
const STATEMENT_MS_MAX = 10_000
/** A server that does not even say that a statement's time is over has gone without a word. */
const ANSWER_MS_MAX = 12_000
/** Longer than a commit's outcome is looked for afterwards. */
const COMMITS_KEPT_MS = 60 * 60_000
const READ_ROUNDS_MAX = 2

/** Opens a database of PostgreSQL. Throws one sentence when it cannot be used; then nothing was changed. */
export async function openPostgres(url: string): Promise<Opened> {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
    idle_in_transaction_session_timeout: STATEMENT_MS_MAX,
    application_name: NAME,
    // Of each connection: behind one address there may be another server than a moment ago.
    onConnect: refuseUnfit,
  })
  // Whoever uses a connection that is cut is told by its query; one that rests is replaced by another.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await prepare(url)
    return connect(pool, await canListen(pool))
  } catch (error) {
    await pool.end()
    throw error
  }
}

/** Brings the tables up to date, for which a large shop takes long, or another program does. */
async function prepare(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX, application_name: NAME })
  client.on('error', () => {})
  await client.connect()
  try {
    await refuseUnfit(client)
    await client.query('set statement_timeout = 0')
    await bringUpToDate(client)
  } finally {
    await client.end()
  }
}

function connect(pool: Pool, canTell: boolean): Opened {
  const instance = randomUUID()
  let isFull = false
  const writer = openWriter({
    connect: () => pool.connect(),
    instance,
    isTold: canTell,
    onCommit: (failure) => {
      isFull = isDiskFull(failure)
    },
  })
  const news = canTell ? listen(pool, instance) : NO_NEWS
  const ask = askerOf(pool)
  const runEach: RunStatement = (text, params) =>
    /^select\b/i.test(text)
      ? ask((client) => runStatement(client, text, params))
      : writer.write(async (_, run) => run(text, params))

  return {
    // One state of the database each.
    read: (work) =>
      ask(async (client) => {
        await client.query('begin isolation level repeatable read read only')
        const value = await work(openConnection((text, params) => runStatement(client, text, params)))
        await client.query('commit')
        return value
      }),
    write: (work) => writer.write(work),
    writeQuietly: (work) => writer.write(work, false),
    each: openConnection(runEach),
    settings: () => ask(readSettings),
    commits: writer.commits,
    newsOfOthers: (told) => news.heard() + (news.isListening() ? 0 : told.news),
    hears: () => (news.isListening() ? 'listen' : 'poll'),
    keepUp: async () => {
      await ask((client) => client.query('delete from commits where at < $1', [Date.now() - COMMITS_KEPT_MS]))
      return { isLogLarge: false, isDiskFull: isFull }
    },
    close: async () => {
      if (pool.ending) return
      await writer.stop()
      await news.stop()
      await pool.end()
    },
  }
}

type Ask = <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>

/** Does what makes no difference when it is done twice. A connection that was cut while it rested is replaced by another. */
function askerOf(pool: Pool): Ask {
  return async (work) => {
    for (let round = 1; ; round += 1) {
      try {
        return await onClient(pool, work)
      } catch (error) {
        if (!isDisconnected(error) || round === READ_ROUNDS_MAX) throw storeError(error)
      }
    }
  }
}

/** Does something on one of the pool's connections, which is not used again when anything went wrong. */
async function onClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    const value = await work(client)
    client.release()
    return value
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** Databases that speak PostgreSQL's language do not all have its `LISTEN`; some only refuse the word. */
async function canListen(pool: Pool): Promise<boolean> {
  const text = `listen ${CHANGES}; select pg_notify('${CHANGES}', 'a start'); unlisten *`
  try {
    // Telling commits, and on a primary without its standby that takes for ever.
    await onClient(pool, (client) => client.query(text))
    return true
  } catch (error) {
    if (isDisconnected(error)) throw error
    return false
  }
}
