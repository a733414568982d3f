import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Disks, openDisks } from './disk'
import { buildPrograms } from './programs'
import { openServers, type Servers } from './servers'
import { runWorld } from './world'

let programs: Awaited<ReturnType<typeof buildPrograms>>
let disks: Disks
let servers: Servers

beforeAll(async () => {
  disks = openDisks()
  programs = await buildPrograms()
  servers = await openServers()
}, 60_000)
afterAll(async () => {
  programs?.remove()
  disks?.remove()
  await servers?.close()
}, 60_000)

test('two processes on PostgreSQL whose primary is killed and its standby promoted, and of which one is killed, lose nothing', {
  timeout: 120_000,
}, async () => {
  const strikes = ['failover', 'SIGKILL', 'restart', 'SIGKILL'] as const
  const { violations, payments, acknowledged } = await runWorld(3, [...strikes], programs.honest, disks, { servers })
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
  expect(acknowledged).toBeGreaterThan(0)
})

test('a primary that does not wait for its standby is found out by a failover', { timeout: 120_000 }, async () => {
  await servers.stopWaiting()
  const { violations } = await runWorld(4, ['failover', 'failover', 'failover'], programs.honest, disks, { servers })
  expect(violations.join('\n')).toMatch(/^(I3 acknowledged means on disk|a customer was told)/m)
})
