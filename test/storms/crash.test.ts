import { afterAll, beforeAll, expect, test } from 'vitest'
import { crashAtEach, crashTwice } from './crash'
import { type Files, openFiles } from './files'
import { TRIPS } from './trips'

/** A trip has hundreds of crashes, each followed by days of virtual time. */
const LONG = { timeout: 120_000 }

let files: Files
beforeAll(async () => {
  files = await openFiles()
})
afterAll(() => files.close())

/** Every other trip goes through API v3; `npm run storm -- --crashes` puts each through both, and a switch. */
const trips = TRIPS.map((trip, n) => ({
  trip,
  name: trip.name,
  version: n % 2 === 0 ? ('v2' as const) : ('v3' as const),
}))

test.each(trips)('a crash at any step of $name loses nothing, in $version', LONG, async ({ trip, version }) => {
  expect(await crashAtEach(files, trip, 1, version)).toEqual([])
})

test.each(TRIPS)(
  'a second crash, while the shop recovers from one in $name, and starts with API v3, loses nothing either',
  async (trip) => {
    expect(await crashTwice(files, trip, 'switch')).toEqual([])
  },
)
