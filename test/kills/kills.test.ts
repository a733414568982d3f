import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Disks, openDisks } from './disk'
import { buildPrograms } from './programs'
import { runWorld } from './world'

let programs: Awaited<ReturnType<typeof buildPrograms>>
let disks: Disks

beforeAll(async () => {
  disks = openDisks()
  programs = await buildPrograms()
}, 60_000)
afterAll(() => {
  programs?.remove()
  disks?.remove()
})

test('killed, stopped, halted and cut off from power while customers pay, shop and WeChat lose nothing', async () => {
  const strikes = ['SIGKILL', 'cut', 'SIGTERM', 'SIGSTOP', 'cut'] as const
  const { violations, payments } = await runWorld(2, [...strikes], programs.honest, disks)
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
}, 120_000)

test('a shop that does not wait for its disk is found out by a power cut', async () => {
  const { violations } = await runWorld(2, ['cut', 'cut', 'cut', 'cut'], programs.forgetful, disks)
  expect(violations.join('\n')).toMatch(/^(I3 thanks means on disk|a customer was told)/m)
}, 120_000)
