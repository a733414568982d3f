import type { Mutant } from './instrument'
import type { DryRun, Plan } from './worker'

/** What a file's tests did without a mutant, and how far its imports are from each file of the source. */
export type Tried = { test: string; run: DryRun; distanceTo: Map<string, number> }
export type Planned = { mutant: Mutant; plan: Plan; cpuMs: number }

/** Loading a file's tests once more. */
const LOAD_CPU_MS = 50
/** A mutant that makes a loop endless comes by so much more often than the source itself. */
const [HITS_TIMES, HITS_MORE] = [20, 10_000]

/**
 * The tests that come by a mutant: those of the nearest files first, and of files equally near, the quicker first. One that
 * survives so much of a processor's time is taken for a survivor, although later tests might have noticed it.
 */
export function planFor(mutant: Mutant, all: Tried[], cpuMsMax: number): Planned {
  const files = all
    .flatMap(({ test, run, distanceTo }) => {
      const isOutside = run.outside[mutant.id] !== undefined
      const tests = run.tests.filter(
        ({ problem, hits }) => problem === null && (isOutside || hits[mutant.id] !== undefined),
      )
      if (tests.length === 0) return []
      const cpuMs = tests.reduce((sum, it) => sum + it.cpuMs, LOAD_CPU_MS)
      return { test, ids: tests.map(({ id }) => id), cpuMs, distance: distanceTo.get(mutant.file) ?? Number.MAX_VALUE }
    })
    .sort((a, b) => a.distance - b.distance || a.cpuMs - b.cpuMs)

  let cpuMs = 0
  const chosen = files.filter((file) => {
    if (cpuMs > cpuMsMax) return false
    cpuMs += file.cpuMs
    return true
  })
  const hits = all.map(({ run }) => hitsOf(run, mutant.id)).reduce((sum, it) => sum + it, 0)
  const plan = { mutant: mutant.id, hitsMax: hits * HITS_TIMES + HITS_MORE, files: chosen }
  return { mutant, plan, cpuMs }
}

function hitsOf({ tests, outside }: DryRun, id: string): number {
  return tests.reduce((sum, { hits }) => sum + (hits[id] ?? 0), outside[id] ?? 0)
}
