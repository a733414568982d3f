import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Disks, openDisks } from '../kills/disk'
import type { Programs } from '../kills/programs'
import { runWorld } from '../kills/world'
import { startEmulator, startShop } from './shop-process'

/** The very programs that are run in earnest; only their clocks cannot be pushed, so nobody leaves without paying. */
const PROGRAMS: Programs = {
  startShop: (port, disk, { weChatUrl }) => startShop(disk.POWER_FOLDER, port, { ...disk, WXPAY_API_BASE: weChatUrl }),
  startWeChat: (port, disk) => startEmulator(disk.POWER_FOLDER, port, disk),
  hasClock: false,
  hasOperator: false,
  isEverybodyPaying: true,
}

let disks: Disks

beforeAll(() => {
  disks = openDisks()
})
afterAll(() => disks?.remove())

test('the built shop, stopped and killed while customers pay, loses nothing', { timeout: 120_000 }, async () => {
  const { violations, payments } = await runWorld(2, ['SIGTERM', 'SIGKILL'], PROGRAMS, disks)
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
})

test('the built shop, cut off from power while customers pay, loses nothing', { timeout: 120_000 }, async ({
  skip,
}) => {
  if (disks.problem !== null) skip(disks.problem)
  const { violations, payments } = await runWorld(2, ['cut'], PROGRAMS, disks)
  expect(violations).toEqual([])
  expect(payments).toBeGreaterThan(0)
})
