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

test('killed, stopped and halted while customers pay and are refunded, shop and WeChat lose nothing', {
  timeout: 120_000,
}, async () => {
  const strikes = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const
  const { violations, payments, refunds } = await runWorld(2, [...strikes], programs.honest, disks, {
    version: 'switch',
  })
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
  expect(refunds).toBeGreaterThan(0)
})

test('cut off from power while customers pay and are refunded, shop and WeChat lose nothing', {
  timeout: 120_000,
}, async ({ skip }) => {
  if (disks.problem !== null) skip(disks.problem)
  const { violations, payments, refunds } = await runWorld(2, ['cut', 'SIGKILL', 'cut'], programs.honest, disks, {
    version: 'v3',
  })
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
  expect(refunds).toBeGreaterThan(0)
})

test('a shop that does not wait for its disk is found out by a power cut', { timeout: 120_000 }, async ({ skip }) => {
  if (disks.problem !== null) skip(disks.problem)
  const { violations } = await runWorld(2, ['cut', 'cut', 'cut', 'cut'], programs.forgetful, disks)
  expect(violations.join('\n')).toMatch(/^(I3 acknowledged means on disk|a customer was told)/m)
})
