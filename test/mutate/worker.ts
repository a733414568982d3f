import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { constants, Script } from 'node:vm'
import { type File, startTests, type Task, type VitestRunner, type VitestRunnerConfig } from '@vitest/runner'
import { getTests } from '@vitest/runner/utils'
import { dropDatabases, SERVER } from '../db/postgres'
import { TIMEOUT_CODE } from './pool'
import { VITEST } from './vitest'

/*
 * Runs tests in this very process, again and again, with one mutant after the other switched on. Whoever started it ends
 * it when a mutant never comes to an end.
 */

/** What a file's tests did with no mutant at all: the processor's time that each took, and how often it came by which mutants. */
export type DryRun = {
  tests: { id: string; cpuMs: number; hits: Hits; problem: string | null }[]
  /** What was come by before the first test and between two. */
  outside: Hits
}
export type Hits = Record<string, number>
/** One mutant, and the tests of some files that could notice it, the likeliest first. */
export type Plan = { mutant: string; hitsMax: number; files: { test: string; ids: string[] }[] }
export type Job = { type: 'dry'; test: string } | { type: 'mutant'; plan: Plan } | { type: 'named'; named: Named }
export type Outcome =
  | { type: 'dry'; run: DryRun }
  | { type: 'mutant'; killedBy: string | null }
  | { type: 'named'; passed: number; failures: string[] }
/** The tests of another script that have this in their names. */
export type Named = { script: string; test: string; title: string }

/** Before a file's first test, and between its tests: what is come by then concerns all of them. */
const OUTSIDE = 'outside'
/** Nothing is measured by the clock on the wall: a busy machine must neither kill a mutant nor spare one. */
const TEST_MS_MAX = 3_600_000
/** A test that waited for so long, and not for a processor, waits for what never comes. */
const IDLE_MS_MAX = 10_000
/** The script with all that is mutated. */
const WHOLE = process.argv[2] ?? ''

const CONFIG: VitestRunnerConfig = {
  root: resolve('.'),
  name: undefined,
  setupFiles: [],
  passWithNoTests: true,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' },
  chaiConfig: undefined,
  maxConcurrency: 5,
  testTimeout: TEST_MS_MAX,
  hookTimeout: TEST_MS_MAX,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
}

/** What the switches inside the instrumented sources look at. */
type Switches = {
  activeMutant?: string | undefined
  currentTestId?: string
  hitCount?: number
  hitLimit?: number
  mutantCoverage?: { static: object; perTest: Record<string, Record<string, number>> }
}
const switches: Switches = {}
Object.assign(globalThis, { __stryker__: switches })

const outer = createRequire(resolve('package.json'))
const inner = (name: string): unknown => (name === 'vitest' ? VITEST : outer(name))
const scripts = new Map<string, Script>()

/** Loads the tests of a script anew, with all that they stand on. */
function load(path: string): Record<string, () => Promise<unknown>> {
  const script = scripts.get(path) ?? compiled(path)
  scripts.set(path, script)
  const module = { exports: {} }
  script.runInThisContext()(module, module.exports, inner)
  return module.exports
}

function compiled(path: string): Script {
  return new Script(`(function (module, exports, require) {${readFileSync(path, 'utf8')}\n})`, {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
}

/** What went wrong outside of any test. */
let stray: string | null = null
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => {
    stray ??= `${event}: ${error}`
  })
}

/** How long the process had nothing to do since it was asked last. Tests replace the timers of all others, not these. */
const { setInterval: realSetInterval } = globalThis
const idleOf = performance.eventLoopUtilization.bind(performance)
let since: ReturnType<typeof idleOf> | null = null
realSetInterval(() => {
  if (since !== null && idleOf(since).idle > IDLE_MS_MAX) process.exit(TIMEOUT_CODE)
}, 250).unref()

type Chosen = { testIds?: string[]; testNamePattern?: RegExp }

/** Runs the tests of one file; or some of them, and those only up to the first that fails. */
async function run(
  script: string,
  test: string,
  chosen: Chosen = {},
  cpuMs = new Map<string, number>(),
): Promise<File[]> {
  since = idleOf()
  const tests = load(script)
  let before = process.cpuUsage()
  let isOver = false
  const runner: VitestRunner = {
    config: CONFIG,
    importFile: (file) => tests[file]?.(),
    onBeforeRunTask: (task) => {
      if (isOver) task.mode = 'skip'
      since = idleOf()
      before = process.cpuUsage()
    },
    onBeforeTryTask: (task) => {
      switches.currentTestId = task.id
    },
    onAfterTryTask: () => {
      switches.currentTestId = OUTSIDE
    },
    onAfterRunTask: (task) => {
      const { user, system } = process.cpuUsage(before)
      cpuMs.set(task.id, (user + system) / 1_000)
      isOver ||= task.result?.state === 'fail' && chosen.testIds !== undefined
    },
  }
  switches.currentTestId = OUTSIDE
  return startTests([{ filepath: test, ...chosen }], runner)
}

async function dryRun(test: string): Promise<DryRun> {
  const coverage = { static: {}, perTest: {} as Record<string, Record<string, number>> }
  Object.assign(switches, { activeMutant: undefined, hitCount: undefined, mutantCoverage: coverage })
  stray = null
  const cpuMs = new Map<string, number>()
  const files = await run(WHOLE, test, {}, cpuMs)
  const around = stray ?? problemOf(files[0])
  const tests = getTests(files).map((it) => ({
    id: it.id,
    cpuMs: cpuMs.get(it.id) ?? 0,
    hits: coverage.perTest[it.id] ?? {},
    problem: around ?? (it.result?.state === 'pass' ? null : `${it.name}: ${problemOf(it) ?? 'not run'}`),
  }))
  return { tests, outside: coverage.perTest[OUTSIDE] ?? {} }
}

function problemOf(task: Pick<Task, 'result'> | undefined): string | null {
  return task?.result?.errors?.[0]?.message ?? null
}

/** Gives the name of the first test that notices the mutant; null when none does. */
async function tryMutant({ mutant, hitsMax, files }: Plan): Promise<string | null> {
  for (const { test, ids } of files) {
    Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit: hitsMax, mutantCoverage: undefined })
    stray = null
    const [file] = await run(WHOLE, test, { testIds: ids })
    const failed = getTests(file ?? []).find(({ result }) => result?.state === 'fail')
    if (failed !== undefined) return `${test}: ${failed.name}`
    if (stray !== null || file?.result?.state === 'fail') return `${test}: ${stray ?? 'around its tests'}`
  }
  return null
}

async function runNamed({ script, test, title }: Named): Promise<Outcome> {
  stray = null
  const files = await run(script, test, {
    testNamePattern: new RegExp(title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')),
  })
  scripts.delete(script)
  const tests = getTests(files)
  const failed = tests.filter(({ result }) => result?.state === 'fail').map(({ name }) => name)
  const around = [stray, problemOf(files[0])].filter((it) => it !== null)
  return {
    type: 'named',
    passed: tests.filter(({ result }) => result?.state === 'pass').length,
    failures: [...failed, ...around],
  }
}

async function work(job: Job): Promise<Outcome> {
  if (job.type === 'named') return runNamed(job.named)
  if (job.type === 'dry') return { type: 'dry', run: await dryRun(job.test) }
  return { type: 'mutant', killedBy: await tryMutant(job.plan) }
}

process.on('message', async (job: Job) => {
  const outcome = await work(job)
  since = null
  if (process.env[SERVER] !== undefined) await dropDatabases('own')
  process.send?.(outcome)
})
process.on('disconnect', () => process.exit())
