import { readFileSync } from 'node:fs'
import type { z } from 'zod'

/** What was read, or every problem as one line. */
export type ReadResult<T> = { ok: true; value: T } | { ok: false; problems: string[] }

/** @param name what the file is called where problems are told */
export function readJsonFile<T>(name: string, path: string, schema: z.ZodType<T>): ReadResult<T> {
  const problem = (text: string) => ({ ok: false as const, problems: [`${name}: ${text}`] })
  let data: unknown
  try {
    data = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // A parser's own words may quote the file, and keys are in it.
    return problem(error instanceof SyntaxError ? 'is not JSON' : 'cannot be read')
  }
  const parsed = schema.safeParse(data)
  return parsed.success ? { ok: true, value: parsed.data } : problem(problemsOf(parsed.error).join('; '))
}

export function problemsOf({ issues }: z.ZodError): string[] {
  return issues.map(({ path, message }) => [path.join('.'), message].filter((it) => it !== '').join(' '))
}
