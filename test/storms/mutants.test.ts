import { expect, test } from 'vitest'
import { buildMutant, MUTANTS, type Mutant } from './mutants'

/** A mutation that so many storms do not show is not caught. */
const SEEDS_MAX = 1_000

/** The first storm after `from` that shows a violation; null when none does. */
async function firstCaught(mutant: Mutant, seedsMax: number) {
  const { runStorm, openFiles } = await buildMutant(mutant)
  const files = await openFiles()
  try {
    const from = mutant.from ?? 1
    for (let seed = from; seed < from + seedsMax; seed += 1) {
      // Where a storm shows what is planted was found in v2.
      const { violations } = await runStorm(seed, files, undefined, 'v2')
      if (violations.length > 0) return { seed, violations }
    }
    return null
  } finally {
    await files.close()
  }
}

test.each(MUTANTS)('storms notice when $name', { timeout: 120_000 }, async (mutant) => {
  const caught = await firstCaught(mutant, SEEDS_MAX)
  expect(caught?.violations[0]).toMatch(/^I\d+ /)
})

test('the mutants are what they say: with nothing changed, the same storms are calm', async () => {
  const [{ code, file } = { code: '', file: '' }] = MUTANTS
  expect(await firstCaught({ name: 'nothing is changed', file, code, becomes: code }, 20)).toBeNull()
})
