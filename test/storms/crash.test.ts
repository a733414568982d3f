import { afterAll, beforeAll, expect, test } from 'vitest'
import { crashAtEach, crashTwice } from './crash'
import { type Files, openFiles } from './files'
import { TRIPS } from './trips'

let files: Files
beforeAll(async () => {
  files = await openFiles()
})
afterAll(() => files.close())

test.each(TRIPS)('a crash at any step of $name loses nothing', async (trip) => {
  expect(await crashAtEach(files, trip)).toEqual([])
})

test.each(TRIPS)('a second crash, while the shop recovers from one in $name, loses nothing either', async (trip) => {
  expect(await crashTwice(files, trip)).toEqual([])
})
