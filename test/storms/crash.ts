import type { Files } from './files'
import { never, openStage, type Stage } from './stage'
import { drain, look, type Version } from './storm'
import type { Trip } from './trips'
import { FAIR } from './weather'

/** The call, counted from 1 since the trip began or the last crash, and on which side of its effect. */
type CrashPoint = { call: number; side: 'before' | 'after' }

const SIDES = ['before', 'after'] as const
/** How far into the trip the first crash of a pair goes, and how far into the recovery the second. */
const [FIRST_CALLS, SECOND_CALLS] = [8, 3]

/** Crashes a trip at each of its steps, or at every so many of them; gives what was wrong afterwards. */
export async function crashAtEach(files: Files, trip: Trip, every = 1, version: Version = 'v2'): Promise<string[]> {
  const problems: string[] = []
  let crashes = 0
  for (const [n, side] of SIDES.entries()) {
    // A place that the other side leaves out.
    for (let call = 1 + Math.floor((n * every) / SIDES.length); ; call += every) {
      const result = await crash(files, trip, [{ call, side }], version)
      problems.push(...result.problems)
      if (result.crashes === 0) break
      crashes += 1
    }
  }
  return crashes > 2 || every > 1 ? problems : [...problems, `${trip.name}: there was hardly anything to crash at`]
}

/** Crashes a trip, and then the recovery from that; gives what was wrong afterwards. */
export async function crashTwice(files: Files, trip: Trip, version: Version = 'v2'): Promise<string[]> {
  const problems: string[] = []
  for (let call = 1; call <= FIRST_CALLS; call += 1) {
    for (let second = 1; second <= SECOND_CALLS; second += 1) {
      const first: CrashPoint = { call, side: SIDES[second % 2] ?? 'after' }
      const points = [first, { call: second, side: SIDES[call % 2] ?? 'after' }]
      const result = await crash(files, trip, points, version)
      problems.push(...result.problems)
      if (result.crashes === 0) return problems
    }
  }
  return problems
}

/** Walks a trip with a crash at each point, one after the other; says how many crashes came, and what is wrong then. */
async function crash(files: Files, trip: Trip, points: CrashPoint[], version: Version) {
  const stage = await openStage(1, files)
  if (version === 'v3') stage.setVersion('v3')
  return stage.agenda.withTimers(async () => {
    try {
      await stage.openProcess()
      stage.openWeChat()
      await trip.begin(stage)
      const left = meddle(stage, points, version)
      let before: number
      do {
        before = left.length
        await trip.walk(stage)
        // Whoever was interrupted tries once more.
      } while (left.length < before)
      stage.setWeather(FAIR)
      await drain(stage)
      const problems = [...stage.violations, ...otherEnds(stage, trip)]
      const where = `${trip.name}, crashed at ${points.map(({ call, side }) => `${side} ${call}`)}: `
      return { crashes: points.length - left.length, problems: problems.map((line) => where + line) }
    } finally {
      stage.close()
    }
  })
}

/** Orders and refunds that did not end as they have to. */
function otherEnds({ witness }: Stage, trip: Trip): string[] {
  const ends = [
    { what: 'orders', is: witness.rows('select status from orders'), should: [trip.ends] },
    { what: 'refunds', is: witness.rows('select status from refunds'), should: trip.refunds ?? [] },
  ]
  return ends
    .filter(({ is, should }) => is.join() !== should.map((status) => `status=${status}`).join())
    .map(({ what, is, should }) => `${what} are ${is}, and should be ${should}`)
}

/**
 * From now on the shop dies at these calls through its seams, and is opened again on the same file; with the newer API where
 * it switches. Gives what is left.
 */
function meddle(stage: Stage, points: CrashPoint[], version: Version): CrashPoint[] {
  const left = [...points]
  let calls = 0
  stage.setMeddle(async (_, effect) => {
    calls += 1
    const [next] = left
    if (next?.call !== calls) return effect()
    if (next.side === 'after') await effect()
    left.shift()
    calls = 0
    for (const process of [...stage.processes]) stage.killProcess(process)
    look(stage, 'always')
    if (version === 'switch') stage.setVersion('v3')
    await stage.openProcess()
    return never()
  })
  return left
}
