import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Connection } from '../access'
import { openConnection, type RunStatement } from '../connection'
import type { Told } from '../pulse'
import { isConflict, isDisconnected, isDoubt, storeError } from './errors'
import { runStatement } from './statements'

/** Steps that share one commit. More would keep everybody else from their turn. */
const GROUP_MAX = 32
/** How often a group is run again that another process's writes came in the way of. */
const ROUNDS_MAX = 12
/** How often one is run again whose connection was lost before it was committed. */
const RECONNECTS_MAX = 1
/** So long the outcome of a commit is looked for whose answer was lost. */
const LOOK_UP_MS_MAX = 10_000
const PAUSE_MS = 50

type Work<T> = (tx: Connection, run: RunStatement) => Promise<T>
type Step = {
  work: Work<unknown>
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
  isNews: boolean
}
type Tell = () => void

export type Writer = {
  /** Writes all of it or nothing. When it is through, it is on the disk. */
  write: <T>(work: Work<T>, isNews?: boolean) => Promise<T>
  /** How many commits with changes this writer has made: those that were no news, and the others. */
  commits: () => Told
  stop: () => Promise<void>
}

type Options = {
  connect: () => Promise<PoolClient>
  /** Hears of each commit that the database refused for want of room, and of each that it took. */
  onCommit: (failure: unknown) => void
  /** Told to everybody with each commit that is news, where the server passes on such words. */
  instance: string
  isTold: boolean
}

/** The name under which processes tell each other that something changed. */
export const CHANGES = 'shop_changes'

/**
 * The one writer of this process; others have their own. Steps that wait together share one commit, each with its own
 * savepoint. What two processes write at the same time is serialized by PostgreSQL: whoever lost runs again, from the
 * first query on, so that each step decides about what is really there.
 */
export function openWriter({ connect, onCommit, instance, isTold }: Options): Writer {
  const queue: Step[] = []
  let client: PoolClient | null = null
  let draining: Promise<void> | null = null
  let isStopped = false
  let [quiet, news] = [0, 0]

  async function drain(): Promise<void> {
    // Whoever asks in the same turn of the event loop shares the commit.
    for (await nextTurn(); queue.length > 0; await nextTurn()) await commitGroup(queue.splice(0, GROUP_MAX))
    draining = null
  }

  async function commitGroup(steps: Step[]): Promise<void> {
    try {
      const tells = await commitOnce(steps)
      onCommit(null)
      for (const tell of tells) tell()
    } catch (error) {
      onCommit(error)
      for (const { reject } of steps) reject(storeError(error))
    }
  }

  /** What `runGroup` throws for a conflict or a lost connection says that nothing was written: it can run again. */
  async function commitOnce(steps: Step[]): Promise<Tell[]> {
    let reconnects = 0
    for (let round = 1; ; round += 1) {
      try {
        return await runGroup(steps)
      } catch (error) {
        if (isDisconnected(error)) reconnects += 1
        else if (!isConflict(error)) throw error
        if (reconnects > RECONNECTS_MAX || round === ROUNDS_MAX) throw error
        await pause(Math.random() * PAUSE_MS * round)
      }
    }
  }

  async function runGroup(steps: Step[]): Promise<Tell[]> {
    const id = randomUUID()
    client ??= await connect()
    let tells: Tell[] | null = null
    let hasChanged = false
    const own = client
    const run: RunStatement = async (text, params) => {
      const result = await runStatement(own, text, params)
      hasChanged ||= result.changes > 0
      return result
    }
    try {
      const ran = await runSteps(client, run, steps)
      if (!hasChanged || ran.done === 0) return await leave(client, ran.tells)
      tells = ran.tells
      await confirmed(client, commitText(id, isTold && isNews(steps) ? instance : null))
      count(steps)
      return tells
    } catch (error) {
      if (!isDisconnected(error)) {
        await client.query('rollback').catch(discard)
        throw error
      }
      discard()
      if (tells === null || !hasChanged) throw error
      // The answer to a commit was lost, which does not say that the commit was.
      if (!(await isCommitted(id))) throw error
      count(steps)
      return tells
    }
  }

  function count(steps: Step[]): void {
    if (isNews(steps)) news += 1
    else quiet += 1
  }

  function discard(): void {
    client?.release(true)
    client = null
  }

  /** Finds out whether a commit came through, and makes sure that it does not any more if it did not. */
  async function isCommitted(id: string): Promise<boolean> {
    for (const end = performance.now() + LOOK_UP_MS_MAX; ; await pause(PAUSE_MS)) {
      try {
        client ??= await connect()
        // Waits for whoever still holds the row, and takes its place when nobody committed it.
        const taken = await client.query(
          'insert into commits (id, at) values ($1, $2) on conflict do nothing returning id',
          [id, Date.now()],
        )
        if (taken.rowCount === 1) return false
        // It may be on this server alone. Whoever waits for a standby now waits for that commit as well.
        await confirmed(client, `update commits set at = ${Date.now()} where id = '${id}'`)
        return true
      } catch (error) {
        if (isDisconnected(error)) discard()
        if (performance.now() >= end) throw new StoreUnavailable('the outcome of a commit is not known')
      }
    }
  }

  return {
    write: <T>(work: Work<T>, isNews = true) => {
      if (isStopped) return Promise.reject(new StoreUnavailable('the database is closed'))
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: (value) => resolve(value as T), reject, isNews })
        draining ??= drain()
      })
    },
    commits: () => ({ quiet, news }),
    stop: async () => {
      isStopped = true
      for (const { reject } of queue.splice(0)) reject(new StoreUnavailable('the database is closed'))
      await draining
      client?.release()
      client = null
    },
  }
}

/**
 * Runs what ends with a commit. A server that stops waiting for its standby, because its time is over or somebody says
 * so, calls the commit done and adds a warning: it is on that server alone, and lost should another take its place.
 */
async function confirmed(client: PoolClient, text: string): Promise<void> {
  let isInDoubt = false
  const listen = (notice: { code?: string | undefined }) => {
    isInDoubt ||= isDoubt(notice)
  }
  client.on('notice', listen)
  try {
    await client.query(text)
  } finally {
    client.off('notice', listen)
  }
  if (isInDoubt) throw new StoreUnavailable('a commit is not known to be on the standby')
}

async function leave(client: PoolClient, tells: Tell[]): Promise<Tell[]> {
  await client.query('rollback')
  return tells
}

/**
 * Begins, and runs each step by itself. Gives what each has to be told once all of it is on the disk, and how many there are
 * to commit. Words that follow each other go in one message; who is alone needs no savepoint, to undo all is to undo it.
 */
async function runSteps(client: PoolClient, run: RunStatement, steps: Step[]) {
  const tells: Tell[] = []
  const tx = openConnection(run)
  const isAlone = steps.length === 1
  let done = 0
  let isClean = true
  await client.query(isAlone ? BEGIN : `${BEGIN}; ${SAVE}`)
  for (const { work, resolve, reject } of steps) {
    if (!isClean) await client.query(`${RELEASE}; ${SAVE}`)
    try {
      const value = await work(tx, run)
      tells.push(() => resolve(value))
      done += 1
      isClean = false
    } catch (error) {
      if (isConflict(error) || isDisconnected(error)) throw error
      if (!isAlone) await client.query(UNDO)
      tells.push(() => reject(storeError(error)))
      isClean = true
    }
  }
  return { tells, done }
}

const BEGIN = 'begin isolation level serializable'
const [SAVE, RELEASE, UNDO] = ['savepoint step', 'release savepoint step', 'rollback to savepoint step']

/** Whether other processes want to hear of a commit of these. */
const isNews = (steps: Step[]) => steps.some((it) => it.isNews)

/** In one message to the server: the row by which the commit is known, the news for other processes, the commit. */
function commitText(id: string, told: string | null): string {
  const tell = told === null ? '' : `select pg_notify('${CHANGES}', '${told}'); `
  return `insert into commits (id, at) values ('${id}', ${Date.now()}); ${tell}commit`
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
