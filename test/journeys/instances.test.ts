import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAdmin } from '@/lib/admin/session'
import { openShown, SHOWN_COOKIE } from '@/lib/admin/shown-once'
import type { Runtime } from '@/lib/runtime'
import { openPresses } from '@/lib/web/presses'
import { openVisitor, placeOf } from '../visitor'
import { nameOf, openWorld, type World } from '../world'

/* Two processes of one shop: which of them answers makes no difference. */

const ITEMS = { items: [{ productId: 'ware-pitcher', quantity: 1 }] }
const OPERATOR = { email: 'olga@shop.example', password: 'a long enough password' }

let world: World
let one: Runtime
let two: Runtime
beforeEach(async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
  one = world.runtime
  two = await world.openTwin()
})
afterEach(() => world.close())

async function signedIn() {
  const { email, password } = OPERATOR
  const passwordHash = await (await one.auth.$context).password.hash(password)
  await one.database.team.add({ email, role: 'operator', passwordHash, at: world.now() })
  const visitor = openVisitor(world)
  expect(placeOf(await visitor.submit('/api/admin/login', OPERATOR))).toBe('/admin')
  return visitor
}

const closings = async () => {
  const filter = { action: 'order_closed', email: null, orderId: null } as const
  return (await world.shop.store.listAudit({ filter, before: null, limit: 100 })).length
}

/** What both do once a second. */
async function share(): Promise<void> {
  for (const it of [one, two, one]) await it.limits.share()
}

test('a limit that is used up at one process is used up at the other, and said in the same words', async () => {
  const wrong = { items: [{ productId: 'nothing', quantity: 1 }] }
  for (let n = 0; n < 60; n += 1) expect((await world.json('/api/orders', wrong)).status).toBe(400)
  await share()
  world.askAt(two)
  const refused = await world.json('/api/orders', ITEMS)
  expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
    429,
    expect.stringMatching(/^"orders";r=0;t=\d+$/),
  ])
  const left = (await world.fetch('/api/products')).headers.get('ratelimit')
  expect(left).toMatch(/^"requests";r=238;/)
})

test('what was let through of a limit is told without anybody’s address, and what is hardly used is not told', async () => {
  const consume = (points: number) => one.limits.consume([{ limit: 'pages', key: '192.0.2.7', points }])
  await consume(37)
  await share()
  expect(await world.database.sql('select * from limit_uses')).toEqual([])
  await consume(1)
  await share()
  const rows = await world.database.sql('select "key", points from limit_uses')
  expect(rows.map(({ key, points }) => [String(key).length, Number(points)])).toEqual([[43, 38]])
  const { headers } = await two.limits.consume([{ limit: 'pages', key: '192.0.2.7' }])
  expect(headers.ratelimit).toMatch(/^"pages";r=261;/)
})

test('a session that was made at one process works at the other, and ended there it is over at both', async () => {
  const visitor = await signedIn()
  const headers = () => new Headers({ cookie: visitor.cookie() })
  expect((await findAdmin(two, headers()))?.email).toBe(OPERATOR.email)
  const before = headers()
  world.askAt(two)
  await visitor.submit('/api/admin/logout', {})
  expect(await findAdmin(one, before)).toBeNull()
})

test('wrong passwords at one process count at the other', async () => {
  await signedIn()
  const guess = (password: string) => world.form('/api/admin/login', { ...OPERATOR, password })
  for (let n = 0; n < 5; n += 1) expect(placeOf(await guess(`a wrong password ${n}`))).toContain('login_failed')
  world.askAt(two)
  expect(placeOf(await guess(OPERATOR.password))).toContain('too_many_requests')
})

test('the password of a new admin who was made at one process is shown by the other', async () => {
  const visitor = await signedIn()
  await visitor.submit('/api/admin/team', {
    email: 'victor@shop.example',
    role: 'viewer',
    press: 'a-word-of-this-page-1',
  })
  const admin = await findAdmin(two, new Headers({ cookie: visitor.cookie() }))
  const shown = await openShown(two, admin?.sessionId ?? '', visitor.jar.get(nameOf(SHOWN_COOKIE)))
  expect(shown).toMatchObject({ type: 'password', email: 'victor@shop.example' })
  // The answer is kept for a second press, and opens to nobody who has not the form.
  const kept = await world.database.contents()
  expect(kept).not.toContain(shown?.type === 'password' ? shown.password : '')
  expect(kept).not.toContain(visitor.jar.get(nameOf(SHOWN_COOKIE)))
})

test('a button that is pressed at both processes does its work once and shows the result twice', async () => {
  const visitor = await signedIn()
  const { order } = await world.order()
  const press = () => visitor.send(`/api/admin/orders/${order.id}/close`, { press: 'a-word-of-this-page-1' })
  const first = await press()
  world.askAt(two)
  const second = await press()
  expect([second.status, placeOf(second)]).toEqual([303, expect.stringContaining('done=closed')])
  expect(second.headers.getSetCookie()).toEqual(first.headers.getSetCookie())
  // That it was asked for, and what came of it.
  expect(await closings()).toBe(2)
})

test('of two presses at the same moment one waits for the other, wherever that is', async () => {
  let finish = (_: Response) => {}
  let done = 0
  const slow = one.presses.once('a-word-of-this-page-1', () => {
    done += 1
    return new Promise((resolve) => {
      finish = resolve
    })
  })
  await expect.poll(() => done).toBe(1)
  const found = two.presses.find('a-word-of-this-page-1')
  const again = two.presses.once('a-word-of-this-page-1', async () => {
    done += 1
    return new Response('done twice')
  })
  finish(new Response('done', { status: 201, headers: { 'x-word': 'of the first' } }))
  const answers = await Promise.all([slow, found, again])
  expect(
    await Promise.all(answers.map(async (it) => [it?.status, await it?.text(), it?.headers.get('x-word')])),
  ).toEqual(Array(3).fill([201, 'done', 'of the first']))
  expect(done).toBe(1)
})

test('a press whose work failed at one process may be tried again at the other', async () => {
  const failing = () => Promise.reject(new Error('busy'))
  await expect(one.presses.once('a-word-of-this-page-1', failing)).rejects.toThrow('busy')
  const answer = await two.presses.once('a-word-of-this-page-1', async () => new Response('done'))
  expect(await answer.text()).toBe('done')
})

test('an answer that is very long, or that the store does not take, is given by the process that has it', async () => {
  const long = 'x'.repeat(64 * 1024)
  const here = await one.presses.once('a-word-of-this-page-1', async () => new Response(long))
  expect(await here.text()).toBe(long)
  expect(await two.presses.find('a-word-of-this-page-1')).toBeUndefined()

  const { presses } = one.database
  const failing = () => Promise.reject(new Error('no store'))
  const alone = openPresses(world.now, { ...presses, answer: failing, release: failing })
  const answer = await alone.once('a-word-of-this-page-2', async () => new Response('done'))
  expect(await answer.text()).toBe('done')
  // What could not be told does not keep the same process from trying once more.
  await expect(alone.once('a-word-of-this-page-3', failing)).rejects.toThrow('no store')
  const again = await alone.once('a-word-of-this-page-3', async () => new Response('done'))
  expect(await again.text()).toBe('done')
})

test('two processes that start at once on a shop without anything make one set of goods, keys and first admin', async () => {
  const fresh = await openWorld()
  try {
    const twin = await fresh.openTwin()
    const { ensureFirstAdmin } = await import('@/lib/admin/first-admin')
    const made = await Promise.all(
      [fresh.runtime, twin].map((it, n) =>
        ensureFirstAdmin(it, { ...OPERATOR, email: `first-${n}@shop.example` }, false),
      ),
    )
    expect(made.map(({ type }) => type).sort()).toEqual(['kept', 'made'])
    expect(await fresh.runtime.database.team.list()).toHaveLength(1)
    const secrets = await Promise.all([fresh.runtime, twin].map((it) => it.database.secret('made by both')))
    expect(secrets[0]).toBe(secrets[1])
  } finally {
    await fresh.close()
  }
})
