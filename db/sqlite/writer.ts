import type Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access, Connection } from '../access'
import type { Told } from '../pulse'
import { isBroken, isBusy, storeError } from './errors'
import { heldLock, LOCK_MS_MAX, pause } from './lock'
import { countCommit, distance } from './stamp'

/** Steps that share one commit. More would keep everybody else from their turn. */
const GROUP_MAX = 32
/** Turns of the event loop without another step, after which nobody is waited for any more; and for how long at most. */
const QUIET_TURNS = 2
const GATHER_MS_MAX = 50

/**
 * Where other processes write to the same file, the lock is left free for so long after each commit, and for so long after
 * the last of theirs they are expected to go on: each beats once a second. Without that, whoever has it would have it again
 * before another one looks.
 */
const FREE_MS = 4
const SHARED_MS = 3_000

const CLOSED = 'the database is closed'

type Step = {
  work: (tx: Connection) => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
  isNews: boolean
  /** When it first met a lock that another program held; null until then. */
  waitsSince: number | null
}

export type Writer = Pick<Access, 'write' | 'writeQuietly'> & {
  /** How many commits with changes this writer has made: those that were no news, and the others. */
  commits: () => Told
  /** Refuses what has not begun, and is through when nothing is left that uses the handle. */
  stop: () => Promise<void>
}

type Options = {
  /** Looks after each commit whether it was worth anything; throws when it was not. */
  afterCommit: () => void
  /** Called when nothing that was written can be relied on any more. */
  onBroken: (error: unknown) => void
}

/**
 * The one writer of a file. Steps wait in a queue, and those that wait together share one commit, because a commit waits
 * for the disk. Each has its own savepoint: one that throws is undone alone. A step is through when the commit is.
 * While another program holds the lock, nobody but the steps in the queue waits for it.
 */
export function openWriter(sqlite: Sqlite.Database, tx: Connection, { afterCommit, onBroken }: Options): Writer {
  const statement = (text: string) => sqlite.prepare(text)
  const [begin, commit, rollback] = ['begin immediate', 'commit', 'rollback'].map(statement) as Statements
  const [save, release, undo] = ['savepoint step', 'release step', 'rollback to step'].map(statement) as Statements
  const changes = statement('select total_changes()').pluck()
  const queue: Step[] = []
  let isDraining = false
  let running: Promise<void> | null = null
  let isStopped = false
  let [quiet, news] = [0, 0]
  let [lastCount, othersAt, freeUntil] = [-1, Number.NEGATIVE_INFINITY, 0]

  async function drain(): Promise<void> {
    isDraining = true
    for (await gather(); queue.length > 0; await gather()) {
      while (!hasBegun()) await waitForLock()
      if (!sqlite.inTransaction) continue
      running = commitGroup()
      await running
      running = null
    }
    isDraining = false
  }

  /**
   * Lets the event loop turn, so that everybody else gets on between two commits, and for as long as that brings more
   * steps: a commit stops the process until the disk has it, and costs the same for one step and for many.
   */
  async function gather(): Promise<void> {
    while (performance.now() < freeUntil) await pause()
    const begin = performance.now()
    for (let quiet = 0, known = 0; quiet < QUIET_TURNS; quiet += 1) {
      await nextTurn()
      if (queue.length >= GROUP_MAX || performance.now() - begin >= GATHER_MS_MAX) return
      if (queue.length > known) quiet = 0
      known = queue.length
    }
  }

  /** False while another program holds the lock; there may be nothing left to begin with. */
  function hasBegun(): boolean {
    if (queue.length === 0) return true
    try {
      begin.run()
    } catch (error) {
      if (isBusy(error)) return false
      fail(queue.splice(0), error)
    }
    return true
  }

  async function waitForLock(): Promise<void> {
    const now = performance.now()
    for (const step of queue) step.waitsSince ??= now
    const isTired = ({ waitsSince }: Step) => waitsSince !== null && now - waitsSince >= LOCK_MS_MAX
    const tired = queue.filter(isTired)
    queue.splice(0, queue.length, ...queue.filter((step) => !isTired(step)))
    fail(tired, heldLock())
    if (queue.length > 0) await pause()
  }

  async function commitGroup(): Promise<void> {
    const group: Step[] = []
    const before = changes.get()
    try {
      const outcomes = await runGroup(group)
      const hasChanged = changes.get() !== before
      if (hasChanged) lookForOthers(countCommit(sqlite))
      commit.run()
      if (hasChanged) count(group)
      if (hasChanged) afterCommit()
      for (const tell of outcomes) tell()
      const now = performance.now()
      if (now - othersAt < SHARED_MS) freeUntil = now + FREE_MS
    } catch (error) {
      if (sqlite.inTransaction) rollback.run()
      fail(group, error)
    }
  }

  /** Runs what waits, each step by itself, and gives what each has to be told once all of it is on the disk. */
  async function runGroup(group: Step[]): Promise<(() => void)[]> {
    const outcomes: (() => void)[] = []
    for (let step = queue.shift(); step !== undefined; step = group.length < GROUP_MAX ? queue.shift() : undefined) {
      const { work, resolve, reject } = step
      group.push(step)
      save.run()
      try {
        const value = await work(tx)
        release.run()
        outcomes.push(() => resolve(value))
      } catch (error) {
        // Some errors undo the whole transaction, and with it what the others in the group had written.
        if (!sqlite.inTransaction || isBroken(error)) throw error
        undo.run()
        release.run()
        outcomes.push(() => reject(storeError(error)))
      }
    }
    return outcomes
  }

  function fail(steps: Step[], error: unknown): void {
    if (isBroken(error)) onBroken(error)
    for (const { reject } of steps) reject(storeError(error))
  }

  /** The file counts the commits of all; a count that goes on from another one than ours tells of somebody else. */
  function lookForOthers(counted: number): void {
    const now = performance.now()
    if (lastCount !== -1 && distance(lastCount, counted) > 1) othersAt = now
    lastCount = counted
  }

  function count(group: Step[]): void {
    if (group.some(({ isNews }) => isNews)) news += 1
    else quiet += 1
  }

  function take<T>(work: (tx: Connection) => Promise<T>, isNews: boolean): Promise<T> {
    if (isStopped) return Promise.reject(new StoreUnavailable(CLOSED))
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, resolve: (value) => resolve(value as T), reject, isNews, waitsSince: null })
      if (!isDraining) void drain()
    })
  }

  return {
    write: (work) => take(work, true),
    writeQuietly: (work) => take(work, false),
    commits: () => ({ quiet, news }),
    stop: async () => {
      isStopped = true
      fail(queue.splice(0), new StoreUnavailable(CLOSED))
      if (running !== null) await running
    },
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

type Statements = [Sqlite.Statement, Sqlite.Statement, Sqlite.Statement]
