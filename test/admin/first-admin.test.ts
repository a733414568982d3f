import { afterEach, expect, test } from 'vitest'
import { adminLines } from '@/lib/server/admin-lines'
import { openWorld, type World } from '../world'

let world: World
afterEach(() => world.close())

const CHOSEN = { ADMIN_EMAIL: 'Olga@shop.example', ADMIN_PASSWORD: 'a long enough password' }

/** Starts the shop anew on the same files, with other settings. */
async function linesWith(settings: Record<string, string>): Promise<string> {
  const folder = world.folder
  const other = await openWorld({ ...settings, DATABASE_URL: `file:${folder}/shop.db` })
  const lines = await adminLines(other.runtime)
  await other.close()
  return lines.join('\n')
}

test('a first admin whom nobody chose is told once, with the password', async () => {
  world = await openWorld()
  const lines = await adminLines(world.runtime)
  expect(lines.join('\n')).toMatch(/first admin: admin@shop\.localhost\n +password: +[\w-]{20} {2}\(shown only now\)/)
  expect(await adminLines(world.runtime)).toEqual([])
})

test('a chosen one is told without the password; settings that agree are silent, those that do not say so', async () => {
  world = await openWorld(CHOSEN)
  const first = (await adminLines(world.runtime)).join('\n')
  expect(first).toMatch('first admin: Olga@shop.example')
  expect(first).not.toContain(CHOSEN.ADMIN_PASSWORD)
  expect(await linesWith(CHOSEN)).toBe('')
  expect(await linesWith({})).toBe('')
  const changed = await linesWith({ ...CHOSEN, ADMIN_PASSWORD: 'another long password' })
  expect(changed).toMatch(/ADMIN_PASSWORD changes nothing.*\n.*npm run reset-password -- Olga@shop\.example/)
  expect(changed).not.toContain('another long password')
  expect(await linesWith({ ...CHOSEN, ADMIN_EMAIL: 'nora@shop.example' })).toMatch(/ADMIN_EMAIL changes nothing/)
})

test('a first password that anybody would try ends the start', async () => {
  world = await openWorld({ ...CHOSEN, ADMIN_PASSWORD: 'Password1234' })
  await expect(adminLines(world.runtime)).rejects.toThrow(/^ADMIN_PASSWORD is among/)
  expect(await world.runtime.database.team.list()).toEqual([])
})
