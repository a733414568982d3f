import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainStored } from '@/lib/web/explain-stored'
import { openWorld, type World } from '../world'

let world: World
let cookie: string

beforeEach(async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
  const { auth, database } = world.runtime
  const [email, password] = ['operator@example.com', 'a long pass phrase']
  const passwordHash = await (await auth.$context).password.hash(password)
  await database.team.add({ email, role: 'operator', passwordHash, at: world.now() })
  const signedIn = await world.form('/api/admin/login', { email, password })
  cookie = signedIn.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ')
})
afterEach(() => world.close())

/** A program is told by the status, a person by the page that the form leads to. */
const isRefused = ({ status, headers }: Response) =>
  status === 429 || headers.get('location')?.includes('problem=too_many_requests') === true

test.each([
  ['message explained', 60, '/api/admin/signature'],
  ['file of all orders', 6, '/api/admin/orders/export'],
  ['message replayed', 30, '/api/admin/notifications/1/replay'],
])('within a minute one more %s than %i is refused', async (_, most, path) => {
  await world.notify('<xml><a>1</a></xml>')
  for (let n = 0; n < most; n += 1) expect(isRefused(await world.form(path, {}, { cookie }))).toBe(false)
  expect(isRefused(await world.form(path, {}, { cookie }))).toBe(true)
})

test('the page of a message explains as many a minute as the signature tool, and none that is very long', async () => {
  const open = (bytes: number) =>
    explainStored(world.runtime, 'somebody', { apiVersion: 'v2', headers: {}, body: new Uint8Array(bytes) })
  expect(await open(8 * 1024 + 1)).toBe('tooLong')
  for (let n = 0; n < 60; n += 1) expect(await open(8 * 1024)).toMatchObject({ isRight: false })
  expect(await open(1)).toBe('tooMany')
})
