import { EQUIVALENTS, isSame, oneLine } from './equivalents'
import type { Mutant } from './instrument'

export type Fate = 'killed' | 'timeout' | 'survived' | 'uncovered' | 'equivalent'
export type Result = Mutant & { fate: Fate; killedBy: string | null }

/** Names of changes that stay the same when code moves: the n-th of its kind in such a line. */
export function keysOf<T extends Mutant>(mutants: T[]): Map<T, string> {
  const counts = new Map<string, number>()
  const entries = mutants.map((mutant): [T, string] => {
    const { file, code, mutator, from, to } = mutant
    const name = JSON.stringify([file, code, mutator, from, to])
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    return [mutant, `${name}${count}`]
  })
  return new Map(entries)
}

type Score = { file: string; mutants: number; caught: number; equivalent: number; percent: number }

export function scores(results: Result[]): Score[] {
  const files = [...new Set(results.map(({ file }) => file))].sort()
  const all = files.map((file) =>
    scoreOf(
      file,
      results.filter((it) => it.file === file),
    ),
  )
  return all.length > 1 ? [...all, scoreOf('all', results)] : all
}

/** Equivalents count neither way. */
function scoreOf(file: string, results: Result[]): Score {
  const count = (...fates: Fate[]) => results.filter(({ fate }) => fates.includes(fate)).length
  const [mutants, caught] = [results.length - count('equivalent'), count('killed', 'timeout')]
  return { file, mutants, caught, equivalent: count('equivalent'), percent: percentOf(caught, mutants) }
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 1_000) / 10
}

export function table(all: Score[]): string {
  const lines = all.map((it) => `| ${it.file} | ${it.mutants} | ${it.caught} | ${it.percent} % | ${it.equivalent} |`)
  return ['| file | mutants | caught | | equivalent |', '| --- | --- | --- | --- | --- |', ...lines].join('\n')
}

export function survivors(results: Result[]): string[] {
  return results
    .filter(({ fate }) => fate === 'survived' || fate === 'uncovered')
    .map((it) => `${it.file}:${it.line}  ${it.fate}  ${oneLine(it.from)}  ->  ${oneLine(it.to)}`)
}

/** Entries of the list of equivalents that are none: noticed by a test, or about code that is gone. */
export function wrongEquivalents(results: Result[]): string[] {
  const files = new Set(results.map(({ file }) => file))
  return EQUIVALENTS.filter(({ file }) => files.has(file))
    .filter((equivalent) => !results.some((it) => it.fate === 'equivalent' && isSame(it, equivalent)))
    .map(({ file, code, to }) => `${file}: no equivalent is  ${code}  ->  ${oneLine(to)}`)
}
