import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import startServer from '../db/postgres-server'
import { bundle, testsThatReach } from './bundle'
import { EQUIVALENTS, isSame } from './equivalents'
import { instrument, type Mutant } from './instrument'
import { type Planned, planFor, type Tried } from './plan'
import { openPool } from './pool'
import { type Fate, keysOf, type Result, scores, survivors, table, wrongEquivalents } from './report'

/*
 * Changes the source in one place after the other, and counts the changes that no test notices: `npm run mutate` for all
 * of the rules, the protocol and the store, `-- lib/shop/decide.ts` for some files, `-- --json FILE` for all that is known
 * of each mutant, `-- --workers N` for as many at a time (2). After new tests, `-- --again FILE` tries only those that no
 * test noticed when FILE was written, `-- --tests test/shop` with these tests alone,
 * `-- --seconds 5` for at most as much of a processor's time for each (30).
 */

const FOLDERS = ['lib/shop', 'lib/wechat', 'db']
/**
 * Declarations and goods: what they say is data, and the migrations are what a database is made with. Whether both say the
 * same is asked as a whole (`test/db/declared-*.test.ts`).
 */
const LEFT_OUT = /\.d\.ts$|^db\/(postgres\/)?(columns|goods|([a-z]+-)?schema)\.ts$|drizzle\.config/
const ON_SERVER = /\/postgres[^/]*\.test\.ts$/
/** Only what never gives the event loop back runs into these: the processes themselves end what waits for nothing. */
const [DRY_RUN_MS_MAX, MUTANT_MS_MAX, TIMES_CPU] = [1_800_000, 120_000, 20]
const OUT = 'node_modules/.cache/mutate'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    workers: { type: 'string', default: '2' },
    again: { type: 'string' },
    tests: { type: 'string', default: 'test' },
    seconds: { type: 'string', default: '30' },
  },
})
const files = positionals.length > 0 ? positionals : FOLDERS.flatMap(sourcesIn)
const startedAt = Date.now()
const { sources, mutants } = await instrument(files)
const reaching = (await testsThatReach(files)).filter(({ test }) => test.startsWith(values.tests))
mkdirSync(OUT, { recursive: true })
const script = join(OUT, `tests-${process.pid}.cjs`)
writeFileSync(
  script,
  await bundle(
    reaching.map(({ test }) => test),
    sources,
  ),
)
// A server that runs beside the tests; only they know its databases.
const stopServer = reaching.some(({ test }) => ON_SERVER.test(test)) ? await startServer() : null
const pool = openPool(script, Number(values.workers))

const tried = await tryWithout()
say(`${mutants.length} mutants in ${files.length} files, ${tried.length} files of tests`)
const results = await tryAll(mutants.map((mutant) => planFor(mutant, tried, Number(values.seconds) * 1_000)))
rmSync(script)
await stopServer?.()
report(results)
process.exit(wrongEquivalents(results).length === 0 ? 0 : 1)

/** All tests once with no mutant: how long each takes, which mutants it comes by, and whether it works here at all. */
async function tryWithout(): Promise<Tried[]> {
  const all: Tried[] = []
  await pool.each(
    reaching,
    ({ test }) => ({ type: 'dry', test }),
    () => DRY_RUN_MS_MAX,
    ({ test, distanceTo }, outcome) => {
      if (typeof outcome === 'string' || outcome.type !== 'dry') return say(`${test}: left out, ${outcome}`)
      const left = outcome.run.tests.filter(({ problem }) => problem !== null)
      if (left.length > 0) say(`${test}: ${left.length} tests do not run here, ${left[0]?.problem}`)
      all.push({ test, distanceTo, run: outcome.run })
    },
  )
  return all
}

async function tryAll(planned: Planned[]): Promise<Result[]> {
  const all = noticedBefore(planned.map(({ mutant }) => mutant))
  const known = new Set(all.map(({ id }) => id))
  const left = planned.filter(({ mutant }) => !known.has(mutant.id))
  const [covered, uncovered] = [left.filter(isCovered), left.filter((it) => !isCovered(it))]
  for (const { mutant } of uncovered) all.push(resultOf(mutant, 'uncovered', null))
  await pool.each(
    covered,
    ({ plan }) => ({ type: 'mutant', plan }),
    ({ cpuMs }) => cpuMs * TIMES_CPU + MUTANT_MS_MAX,
    ({ mutant }, outcome) => {
      const killedBy = typeof outcome === 'object' && outcome.type === 'mutant' ? outcome.killedBy : null
      const fate = outcome === 'timeout' ? 'timeout' : outcome === 'crash' || killedBy !== null ? 'killed' : 'survived'
      all.push(resultOf(mutant, fate, killedBy))
      if (all.length % 100 !== 0) return
      say(`${all.length} of ${planned.length}`)
      keep(all)
    },
  )
  return all.sort((a, b) => Number(a.id) - Number(b.id))
}

/** What a former run noticed. New tests take nothing from that, as long as the old ones stay. */
function noticedBefore(current: Mutant[]): Result[] {
  const former: Result[] = values.again === undefined ? [] : JSON.parse(readFileSync(values.again, 'utf8'))
  const keys = keysOf(former)
  const noticed = former.filter(({ fate }) => fate === 'killed' || fate === 'timeout')
  const found = new Map(noticed.map((it) => [keys.get(it), it]))
  return [...keysOf(current)].flatMap(([mutant, key]) => {
    const before = found.get(key)
    return before === undefined ? [] : [{ ...before, ...mutant }]
  })
}

function isCovered({ plan }: Planned): boolean {
  return plan.files.length > 0
}

function resultOf(mutant: Mutant, fate: Fate, killedBy: string | null): Result {
  const isEquivalent = fate !== 'killed' && fate !== 'timeout' && EQUIVALENTS.some((it) => isSame(mutant, it))
  return { ...mutant, fate: isEquivalent ? 'equivalent' : fate, killedBy }
}

function report(all: Result[]): void {
  keep(all)
  console.log([...survivors(all), ...wrongEquivalents(all), '', table(scores(all))].join('\n'))
}

/** Also what is known of a run that has not ended. */
function keep(all: Result[]): void {
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(all, null, 1))
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts') && !LEFT_OUT.test(name))
    .sort()
}

function say(text: string): void {
  console.error(`${Math.round((Date.now() - startedAt) / 1_000)} s  ${text}`)
}
