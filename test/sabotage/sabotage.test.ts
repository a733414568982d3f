import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundle } from '../mutate/bundle'
import { openPool } from '../mutate/pool'
import type { Named } from '../mutate/worker'
import { SABOTAGES, type Sabotage } from './list'

// Inside, so that packages are found.
mkdirSync('node_modules/.cache', { recursive: true })
const folder = mkdtempSync('node_modules/.cache/sabotage-')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const RUN_MS_MAX = 90_000
/** Many a sabotaged test waits for what will never come; so often as long as the honest one took is enough. */
const PATIENCE = 5
const PATIENCE_MS_MIN = 10_000

/** Runs one test with a file as it is given, and says whether it ran and whether it passed. */
async function outcomeOf({ file, test: name, title }: Sabotage, text: string, msMax = RUN_MS_MAX) {
  const script = join(folder, 'test.cjs')
  writeFileSync(script, await bundle([name], new Map([[file, text]])))
  const named: Named = { script, test: name, title }
  const seen: string[] = []
  await openPool(script, 1).each(
    [named],
    (it) => ({ type: 'named', named: it }),
    () => msMax,
    (_, outcome) => {
      if (outcome === 'timeout') return void seen.push('failed')
      if (outcome === 'crash' || outcome.type !== 'named') return void seen.push('crash')
      seen.push(...Array(outcome.passed).fill('passed'), ...outcome.failures.map(() => 'failed'))
    },
  )
  return seen
}

test.each(SABOTAGES)('it is noticed when $name', { timeout: 200_000 }, async (sabotage) => {
  const text = readFileSync(sabotage.file, 'utf8')
  expect(text.split(sabotage.code)).toHaveLength(2)
  const startedAt = performance.now()
  expect(new Set(await outcomeOf(sabotage, text))).toEqual(new Set(['passed']))
  const msMax = Math.max(PATIENCE_MS_MIN, PATIENCE * (performance.now() - startedAt))
  expect(await outcomeOf(sabotage, text.split(sabotage.code).join(sabotage.becomes), msMax)).toContain('failed')
})
