import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Files, openFiles } from './files'
import { runStorm } from './storm'

const SEEDS = 100

let files: Files
beforeAll(async () => {
  files = await openFiles()
})
afterAll(() => files.close())

test('after any storm the books of shop and WeChat agree', { timeout: 180_000 }, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations } = await runStorm(seed, files)
    expect(violations, `npm run storm -- --seed ${seed}`).toEqual([])
  }
})

test('the same seed makes the same storm, step by step', async () => {
  const tellings = [1, 2].map(() => [] as string[])
  for (const lines of tellings) {
    await runStorm(7, files, (line) => lines.push(line))
    // Whatever happened before on the same files makes no difference.
    await runStorm(8, files)
  }
  expect(tellings[0]?.length).toBeGreaterThan(20)
  expect(tellings[1]).toEqual(tellings[0])
})
