import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Job, Outcome } from './worker'

/** Each file of a test costs a disk many syncs; here nothing has to outlive anything. */
const MEMORY = '/dev/shm'
/** Whatever mutants leave behind ends with their process. */
const JOBS_PER_PROCESS = 250

/** How a process ends itself. */
export const TIMEOUT_CODE = 75

/** Some processes that work through jobs. One that ends itself, because it waits for nothing, gives `timeout`; so does one that is ended from here. */
export function openPool(bundle: string, size: number) {
  const start = () =>
    fork(new URL('./worker.ts', import.meta.url), [bundle], { execArgv: TSX, env: environment(), stdio: STDIO })

  async function work<T>(queue: T[], jobOf: (item: T) => Job, msMaxOf: (item: T) => number, done: Done<T>) {
    let jobs = 0
    let child = start()
    try {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        const outcome = await answer(child, jobOf(item), msMaxOf(item))
        done(item, outcome)
        jobs += 1
        if (outcome !== 'timeout' && outcome !== 'crash' && jobs % JOBS_PER_PROCESS !== 0) continue
        child.kill('SIGKILL')
        child = start()
      }
    } finally {
      child.kill('SIGKILL')
    }
  }

  return {
    /** Works through all of them, in order as far as several do it at once. */
    each: async <T>(items: T[], jobOf: (item: T) => Job, msMaxOf: (item: T) => number, done: Done<T>) => {
      const queue = [...items]
      await Promise.all(Array.from({ length: size }, () => work(queue, jobOf, msMaxOf, done)))
    },
  }
}

type Done<T> = (item: T, outcome: Outcome | 'timeout' | 'crash') => void

const TSX = ['--import', 'tsx']
const STDIO = ['ignore', 'ignore', 'ignore', 'ipc'] satisfies ('ignore' | 'ipc')[]

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'test', ...(existsSync(MEMORY) && { TMPDIR: MEMORY }) }
}

function answer(child: ChildProcess, job: Job, msMax: number): Promise<Outcome | 'timeout' | 'crash'> {
  return new Promise((resolve) => {
    const finish = (outcome: Outcome | 'timeout' | 'crash') => {
      clearTimeout(timer)
      child.removeAllListeners()
      resolve(outcome)
    }
    const timer = setTimeout(() => finish('timeout'), msMax)
    child.once('message', (outcome: Outcome) => finish(outcome))
    child.once('exit', (code) => finish(code === TIMEOUT_CODE ? 'timeout' : 'crash'))
    child.send(job)
  })
}
