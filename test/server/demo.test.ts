import { afterEach, expect, test } from 'vitest'
import { resetPassword } from '@/lib/admin/reset-password'
import { readConfig } from '@/lib/config'
import { adminLines } from '@/lib/server/admin-lines'
import { demoSignIn, mayBeNamed } from '@/lib/server/demo'
import { shopProcess } from '@/lib/server/process'
import { openWorld } from '../world'

afterEach(() => void Object.assign(shopProcess(), { isDemo: undefined, demoAdmin: undefined }))

test('a demo that was just made names how to sign in, until the password is another one', async () => {
  const world = await openWorld()
  shopProcess().isDemo = true
  const lines = (await adminLines(world.runtime)).join('\n')
  const signIn = await demoSignIn(world.runtime)
  expect(signIn).toEqual({ email: 'admin@shop.localhost', password: expect.stringMatching(/^[\w-]{20}$/) })
  expect(lines).toContain(signIn?.password)
  await resetPassword(world.runtime.database, 'admin@shop.localhost', { withoutSecondFactor: false })
  expect(await demoSignIn(world.runtime)).toBeNull()
  Object.assign(shopProcess(), { demoAdmin: undefined })
  expect(await adminLines(world.runtime)).toEqual([])
  expect(await demoSignIn(world.runtime)).toBeNull()
  await world.close()
})

test.each([
  ['a demo on this machine', true, {}, true],
  ['not a demo', false, {}, false],
  ['an emulator that others reach', true, { EMULATOR_OPEN: '1' }, false],
  ['an address that others reach', true, { EMULATOR_OPEN: '1', HOST: '0.0.0.0' }, false],
  ['a shop behind a public address', true, { PUBLIC_URL: 'https://demo.example' }, false],
])('who may read how to sign in: %s', (_, isDemo, variables, expected) => {
  shopProcess().isDemo = isDemo
  const read = readConfig({ PAYMENTS: 'emulator', ...variables })
  expect(read.ok && mayBeNamed(read.config)).toBe(expected)
})
