import './built'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ATTACKS } from '../attack/attacks'
import { layTo } from '../attack/siege'

/** A moment of each attack that `npm run attack` makes for as long as it is told. */
const SECONDS = 0.7
const EVERY_MS = 100
/** More than one attack has time for. */
const SALES = Object.keys(ATTACKS).length * 10

let siege: Awaited<ReturnType<typeof layTo>>
beforeAll(async () => {
  siege = await layTo(SALES)
})
afterAll(() => siege?.close())

test.each(Object.entries(ATTACKS))('%s: while it goes on, WeChat is answered in its time', async (name) => {
  const outcome = await siege.attack(name, { connections: 300, seconds: SECONDS, everyMs: EVERY_MS, restMs: 0 })
  expect(outcome.genuine).toBeGreaterThan(0)
  expect(outcome).toMatchObject({ acknowledged: outcome.genuine })
})

test('forged messages that nobody had time for are counted in the log, not told one by one', () => {
  expect(siege.shop.output().split('notifications_refused').length).toBeLessThan(100)
})

test('no attack makes an error that nobody catches, or a promise that nobody waits for fail', () => {
  expect(siege.shop.output()).not.toMatch(/Nobody caught|unhandledRejection/)
})

test('SIGTERM ends the shop with 0, whatever its clients do', async () => {
  const attackers = [await siege.begin('idle', 50), await siege.begin('readers', 20), await siege.begin('upgrades', 50)]
  attackers.push(await siege.begin('streams', 20))
  await siege.attack('requests', { connections: 20, seconds: SECONDS, restMs: 0 })
  expect(await siege.shop.end('SIGTERM')).toBe(0)
  await Promise.all(attackers.map(siege.end))
})
