import type { Case } from './case'
import type { Api } from './control'
import { type Finding, judge, type Observation } from './judge'
import { type Bench, observe } from './stages'

/** How a case ended, with what the table shows of it. */
export type Result = {
  api: Api
  name: string
  title: string
  outcome: 'passed' | 'failed' | 'not_played'
  /** Why it was not played. */
  why: string | null
  findings: Finding[]
  answers: string[]
  tookMs: number | null
  queries: number | null
  isPaid: boolean | null
}

/** Plays one case and judges what was seen. */
export async function play<Subject>(bench: Bench<Subject>, test: Case<Subject>): Promise<Result> {
  const subject = { api: bench.api, name: test.name, title: test.title }
  const isBlind = test.needsStatus === true && bench.world.readStatus === null
  const seen = isBlind ? 'either answer is right, so it needs --status-url' : await observe(bench, test)
  return typeof seen === 'string' ? { ...subject, ...UNPLAYED, why: seen } : { ...subject, ...resultOf(test, seen) }
}

const UNPLAYED = {
  outcome: 'not_played',
  findings: [],
  answers: [],
  tookMs: null,
  queries: null,
  isPaid: null,
} as const satisfies Partial<Result>

function resultOf(test: Case<never>, seen: Observation[]): Omit<Result, 'api' | 'name' | 'title'> {
  const found = seen.flatMap((it) => judge(test, it))
  const findings = found.filter((it, place) => found.findIndex((other) => other.weakness === it.weakness) === place)
  const replies = seen.flatMap((it) => it.replies)
  return {
    outcome: findings.length === 0 ? 'passed' : 'failed',
    why: null,
    findings,
    answers: [...new Set(replies.map((it) => it.shown))],
    tookMs: Math.max(...replies.map((it) => it.tookMs)),
    queries: seen.reduce((sum, it) => sum + it.queries, 0),
    isPaid: seen.at(-1)?.isPaid ?? null,
  }
}
