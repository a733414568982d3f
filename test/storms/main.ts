import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import startServer from '../db/postgres-server'
import { crashAtEach, crashTwice } from './crash'
import { openFiles } from './files'
import type { Stage } from './stage'
import { runStorm, VERSIONS, versionOf } from './storm'
import { TRIPS } from './trips'

/*
 * Runs many storms: `npm run storm -- --seeds 100000 [--from 1]` on all processors, or tells one step by step:
 * `npm run storm -- --seed 7`; with `--crashes` every trip is first crashed at each of its steps, and at each again.
 * Each seed is a shop of API v2, of v3, or one that goes over from one to the other; `--version v3` makes all the same.
 * `--database postgres` has the shop's side on a server, which is one of its own or that of `TEST_DATABASE_URL`.
 * Ends with 1 when something that has to hold did not.
 */

type Counts = Stage['counts']
/** What a helper process tells: how far it is, and what it found. */
type Progress = { storms: number; counts: Counts; found: { seed: number; violations: string[] }[] }

const REPORT_EVERY = 50
const PROGRESS_EVERY_MS = 10_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    step: { type: 'string' },
    crashes: { type: 'boolean', default: false },
    database: { type: 'string', default: 'sqlite' },
    version: { type: 'string' },
  },
})
const kind = values.database === 'postgres' ? 'postgres' : 'sqlite'
const versionFor = (seed: number) => VERSIONS.find((it) => it === values.version) ?? versionOf(seed)

async function tellOne(seed: number): Promise<number> {
  const files = await openFiles(kind)
  const { violations, counts } = await runStorm(seed, files, (line) => console.log(line), versionFor(seed))
  await files.close()
  console.log(counts)
  for (const line of violations) console.log(`VIOLATED ${line}`)
  return violations.length
}

/** The work of a helper process: every `step`-th seed. */
async function work(from: number, end: number, step: number): Promise<void> {
  const files = await openFiles(kind)
  let progress: Progress = { storms: 0, counts: noCounts(), found: [] }
  for (let seed = from; seed < end; seed += step) {
    const { violations, counts } = await runStorm(seed, files, undefined, versionFor(seed))
    progress.storms += 1
    add(progress.counts, counts)
    if (violations.length > 0) progress.found.push({ seed, violations })
    if (progress.storms === REPORT_EVERY || seed + step >= end) {
      process.send?.(progress)
      progress = { storms: 0, counts: noCounts(), found: [] }
    }
  }
  await files.close()
  process.disconnect?.()
}

async function runMany(from: number, seeds: number): Promise<number> {
  const helpers = Math.min(availableParallelism(), seeds)
  const began = performance.now()
  const total = noCounts()
  let [storms, failed, lastTold] = [0, 0, 0]
  const progress = () => {
    const seconds = (performance.now() - began) / 1000
    const what = Object.entries(total).map(([name, count]) => `${count} ${name}`)
    console.log(`${storms} of ${seeds} storms in ${seconds.toFixed(0)} s, ${failed} failed: ${what.join(', ')}`)
  }
  const helping = Array.from({ length: helpers }, (_, n) => {
    const args = ['--from', String(from + n), '--seeds', String(seeds - n), '--step', String(helpers)]
    args.push('--database', kind, ...(values.version === undefined ? [] : ['--version', values.version]))
    const child = fork(fileURLToPath(import.meta.url), args)
    child.on('message', ({ storms: more, counts, found }: Progress) => {
      storms += more
      failed += found.length
      add(total, counts)
      for (const { seed, violations } of found) {
        console.log(`seed ${seed} FAILED; tell it with: npm run storm -- --database ${kind} --seed ${seed}`)
        for (const line of violations.slice(0, 5)) console.log(`  ${line}`)
      }
      if (performance.now() - lastTold < PROGRESS_EVERY_MS) return
      lastTold = performance.now()
      progress()
    })
    return new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
  })
  const codes = await Promise.all(helping)
  progress()
  // Storms that were not run prove nothing, whatever ended them.
  return codes.some((code) => code !== 0) || storms < seeds ? 1 : failed
}

function noCounts(): Counts {
  return { steps: 0, faults: 0, restarts: 0, orders: 0, payments: 0, refunds: 0, notifications: 0, checks: 0 }
}

function add(total: Counts, more: Counts): void {
  total.steps += more.steps
  total.faults += more.faults
  total.restarts += more.restarts
  total.orders += more.orders
  total.payments += more.payments
  total.refunds += more.refunds
  total.notifications += more.notifications
  total.checks += more.checks
}

async function crashAll(): Promise<number> {
  const files = await openFiles(kind)
  let found = 0
  for (const trip of TRIPS) {
    const problems: string[] = []
    for (const version of VERSIONS) {
      problems.push(...(await crashAtEach(files, trip, 1, version)), ...(await crashTwice(files, trip, version)))
    }
    console.log(`${trip.name}: ${problems.length === 0 ? 'nothing is lost' : `${problems.length} PROBLEMS`}`)
    for (const line of problems.slice(0, 5)) console.log(`  ${line}`)
    found += problems.length
  }
  await files.close()
  return found
}

const [from, seeds] = [Number(values.from), Number(values.seeds)]
if (values.step !== undefined) await work(from, from + seeds, Number(values.step))
else {
  const stop = kind === 'postgres' ? await startServer() : async () => {}
  const crashed = values.crashes ? await crashAll() : 0
  const failed = values.seed === undefined ? await runMany(from, seeds) : await tellOne(Number(values.seed))
  await stop()
  process.exitCode = crashed + failed > 0 ? 1 : 0
}
