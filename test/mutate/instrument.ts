import { readFileSync } from 'node:fs'
import { Instrumenter } from '@stryker-mutator/instrumenter'

/** One change to one place of the source. `code` is the whole line that it is made in, `from` and `to` what is changed. */
export type Mutant = { id: string; file: string; line: number; code: string; mutator: string; from: string; to: string }

/** Sources that hold all of their mutants at once, each behind a switch. */
export type Instrumented = { sources: Map<string, string>; mutants: Mutant[] }

const ignore = () => {}
const LOG = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
}

export async function instrument(files: string[]): Promise<Instrumented> {
  const originals = files.map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true }))
  const result = await new Instrumenter(LOG).instrument(originals, {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  })
  const lines = new Map(originals.map(({ name, content }) => [name, content.split('\n')]))
  const mutants = result.mutants.flatMap(({ id, fileName, location, mutatorName, replacement, status }) => {
    if (status !== undefined) return []
    const { start, end } = location
    const code = lines.get(fileName)?.slice(start.line, end.line + 1) ?? []
    const from = textBetween(code, start.column, end.column)
    const line = code[0]?.trim() ?? ''
    return { id, file: fileName, line: start.line + 1, code: line, mutator: mutatorName, from, to: replacement }
  })
  return { sources: new Map(result.files.map(({ name, content }) => [name, content])), mutants }
}

function textBetween(lines: string[], start: number, end: number): string {
  const last = lines.length - 1
  return lines.map((line, index) => line.slice(index === 0 ? start : 0, index === last ? end : undefined)).join('\n')
}
