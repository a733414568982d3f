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

/** Many a sabotaged test waits for what will never come. */
const RUN_MS_MAX = 15_000

/** Runs one test with a file as it is given, and says whether it ran and whether it passed. */
async function outcomeOf({ file, test: name, title }: Sabotage, text: string) {
  const script = join(folder, 'test.cjs')
  writeFileSync(script, await bundle([name], new Map([[file, text]])))
  const named: Named = { script, test: name, title }
  const seen: string[] = []
  await openPool(script, 1).each(
    [named],
    (it) => ({ type: 'named', named: it }),
    () => RUN_MS_MAX,
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
  // Unharmed the same test passes: it is one of those that run beside this one.
  expect(await outcomeOf(sabotage, text.split(sabotage.code).join(sabotage.becomes))).toContain('failed')
})
