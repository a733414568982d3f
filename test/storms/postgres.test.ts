import { afterAll, beforeAll, expect, test } from 'vitest'
import { crashAtEach } from './crash'
import { type Files, openFiles } from './files'
import { runStorm } from './storm'
import { TRIPS } from './trips'

/** The first of those that SQLite is put through. */
const SEEDS = 8
/** Each step of a trip takes a server some twenty times as long as a file, so not every one is crashed at here. */
const EVERY = 9

const LONG = { timeout: 120_000 }

let [onServer, inFile]: Files[] = []
beforeAll(async () => {
  onServer = await openFiles('postgres')
  inFile = await openFiles('sqlite')
})
afterAll(async () => {
  await onServer?.close()
  await inFile?.close()
})

test(
  'a storm goes the same way on both databases, step by step, and the books of shop and WeChat agree',
  LONG,
  async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const [here, there] = [await tellingOf(seed, onServer), await tellingOf(seed, inFile)]
      expect(here.violations, `npm run storm -- --database postgres --seed ${seed}`).toEqual([])
      expect(here.lines).toEqual(there.lines)
    }
  },
)

test.each(TRIPS)('a crash at steps of $name loses nothing on PostgreSQL', LONG, async (trip) => {
  if (onServer === undefined) throw new Error('there is no server')
  expect(await crashAtEach(onServer, trip, EVERY)).toEqual([])
})

async function tellingOf(seed: number, files: Files | undefined) {
  if (files === undefined) throw new Error('there is no place for a storm')
  const lines: string[] = []
  const { violations } = await runStorm(seed, files, (line) => lines.push(line))
  return { violations, lines }
}
