import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { openHashing } from '@/lib/admin/hashing'
import { findAdmin } from '@/lib/admin/session'
import { openVisitor, placeOf } from '../visitor'
import { nameOf, openWorld, type World } from '../world'

const OWNER = { email: 'olga@shop.example', password: 'a long enough password' }
const WRONG = { ...OWNER, password: 'a wrong password' }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const IN = '/admin'
const REFUSED = '/admin/login?problem=login_failed'
const WAIT = '/admin/login?problem=too_many_requests&minutes=15'

let world: World
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  // Limits on, and whoever is on this machine says where others come from.
  world = await openWorld({ RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' })
  await ensureFirstAdmin(world.runtime, OWNER)
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

/** A browser nobody has used yet, somewhere. */
const browserAt = (address: string) => openVisitor(world, address)
type Browser = ReturnType<typeof browserAt>

async function knock(browser: Browser, who = WRONG): Promise<string> {
  return placeOf(await browser.submit('/api/admin/login', who))
}

/** Wrong passwords from as many addresses, in browsers that nobody knows; counted as the route counts them, unhashed. */
async function guessFromEverywhere(count: number, email = OWNER.email, net = '203.0'): Promise<number> {
  const { signInAttempts } = world.runtime
  let allowed = 0
  for (let n = 0; n < count; n += 1) {
    const guess = signInAttempts.password({ email, address: `${net}.${n >> 8}.${n & 255}`, browser: null })
    if ((await guess.consume()).isAllowed) allowed += 1
  }
  return allowed
}

const isSignedIn = async (browser: Browser) =>
  (await findAdmin(world.runtime, new Headers({ cookie: browser.cookie() }))) !== null

test('five wrong passwords stop whoever typed them there, whether the account exists or not, and nobody elsewhere', async () => {
  for (const email of [OWNER.email, 'nobody@shop.example']) {
    for (let n = 0; n < 5; n += 1) expect(await knock(browserAt('198.51.100.1'), { ...WRONG, email })).toBe(REFUSED)
    expect(await knock(browserAt('198.51.100.1'), { ...WRONG, email })).toBe(WAIT)
  }
  expect(await knock(browserAt('198.51.100.1'), OWNER)).toBe(WAIT)
  expect(await knock(browserAt('198.51.100.2'), OWNER)).toBe(IN)
  await world.restart()
  expect(await knock(browserAt('198.51.100.1'), { ...OWNER, email: OWNER.email.toUpperCase() })).toBe(WAIT)
  vi.setSystemTime(Date.now() + 15 * MINUTE + 1)
  expect(await knock(browserAt('198.51.100.1'), OWNER)).toBe(IN)
})

test('a household has one IPv6 network, and is one guesser', async () => {
  for (let n = 0; n < 5; n += 1) expect(await knock(browserAt(`2001:db8:1:2::${n}`))).toBe(REFUSED)
  expect(await knock(browserAt('2001:db8:1:2:ffff::1'))).toBe(WAIT)
  expect(await knock(browserAt('2001:db8:1:3::1'))).toBe(REFUSED)
})

test('what was right is taken back, and never locks anybody out', async () => {
  for (let n = 0; n < 7; n += 1) expect(await knock(browserAt('198.51.100.1'), OWNER)).toBe(IN)
  expect(await guessFromEverywhere(25)).toBe(20)
})

test('guessing from everywhere ends at the account, and a browser in which its owner has signed in gets in all the same', async () => {
  const [own, other] = [browserAt('192.0.2.1'), browserAt('192.0.2.1')]
  expect(await knock(own, OWNER)).toBe(IN)
  expect(await guessFromEverywhere(19)).toBe(19)
  expect([await knock(browserAt('203.0.113.1')), await knock(browserAt('203.0.113.2'))]).toEqual([REFUSED, WAIT])

  // Also with the right password: that it was right would be told.
  expect(await knock(other, OWNER)).toBe(WAIT)
  expect(await knock(own, OWNER)).toBe(IN)
  expect(await isSignedIn(own)).toBe(true)
  // A known browser has its own mistakes, and they are nobody else's.
  for (let n = 0; n < 10; n += 1) expect(await knock(own)).toBe(REFUSED)
  expect(await knock(own, OWNER)).toBe(WAIT)
  expect(await knock(browserAt('192.0.2.7'))).toBe(WAIT)
  vi.setSystemTime(Date.now() + 15 * MINUTE + 1)
  expect([await knock(other, OWNER), await knock(own, OWNER)]).toEqual([IN, IN])
})

test('guessing at many accounts from one address ends there, and nobody else notices', async () => {
  const own = browserAt('198.51.100.1')
  expect(await knock(own, OWNER)).toBe(IN)
  const { signInAttempts } = world.runtime
  for (let n = 0; n < 29; n += 1) {
    const guess = signInAttempts.password({ email: `a${n}@b.example`, address: '198.51.100.1', browser: null })
    expect(await guess.consume()).toEqual({ isAllowed: true })
  }
  expect(await knock(browserAt('198.51.100.1'), { ...WRONG, email: 'last@b.example' })).toBe(REFUSED)
  expect(await knock(browserAt('198.51.100.1'), OWNER)).toBe(WAIT)
  expect([await knock(own, OWNER), await knock(browserAt('198.51.100.9'), OWNER)]).toEqual([IN, IN])
})

test('whoever guesses all day, from anywhere, keeps nobody out who was in before', async () => {
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  for (let hour = 0; hour < 4; hour += 1) {
    await guessFromEverywhere(21)
    await guessFromEverywhere(100, `nobody${hour}@shop.example`)
    expect(await knock(own, OWNER)).toBe(IN)
    vi.setSystemTime(Date.now() + 16 * MINUTE)
  }
})

test('a browser is known for the account that was signed in to, and only with the shop’s own proof', async () => {
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  const name = nameOf('browser')
  const cookie = decodeURIComponent(own.jar.get(name) ?? '')
  expect(cookie).toMatch(/^[\w-]{22}\.[\w-]{43}$/)
  await guessFromEverywhere(20)
  await guessFromEverywhere(20, 'nora@shop.example', '203.1')

  const [mark = ''] = cookie.split('.')
  const forged = [
    `${mark}.${'A'.repeat(43)}`,
    mark,
    `${mark}.`,
    `.${cookie}`,
    `${'x'.repeat(22)}.${cookie.split('.')[1]}`,
  ]
  for (const value of forged) {
    const thief = browserAt('192.0.2.9')
    thief.jar.set(name, encodeURIComponent(value))
    expect([value, await knock(thief, OWNER)]).toEqual([value, WAIT])
  }
  expect(await knock(own, { ...WRONG, email: 'nora@shop.example' })).toBe(WAIT)
  expect(await knock(own, OWNER)).toBe(IN)
})

test('browsers are known by the password: whoever had the former one guesses as a stranger', async () => {
  const [own, thief] = [browserAt('192.0.2.1'), browserAt('192.0.2.9')]
  await knock(own, OWNER)
  await knock(thief, OWNER)
  const changed = { current: OWNER.password, new: 'another long password' }
  expect(placeOf(await own.submit('/api/admin/account/password', changed))).toMatch('done=password_changed')
  await guessFromEverywhere(20)
  expect(await knock(thief)).toBe(WAIT)
  expect(await knock(own, { ...OWNER, password: changed.new })).toBe(IN)
})

test('strangers who used up every guess do not stand in the way of a signed-in admin’s own password', async () => {
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  const session = own.cookie()
  await guessFromEverywhere(25)
  const set = async (current: string) => {
    const answer = await own.submit('/api/admin/account/password', { current, new: 'another long password' })
    return placeOf(answer)
  }
  // A stolen session is no way to guess on.
  for (let n = 0; n < 5; n += 1) expect(await set(`wrong ${n}`)).toMatch('problem=wrong_password')
  expect(await set(OWNER.password)).toMatch('problem=too_many_requests')
  expect(own.cookie()).toBe(session)
  expect(await knock(own, OWNER)).toBe(IN)
  expect(await set(OWNER.password)).toMatch('done=password_changed')
})

test.each([2 * DAY, -2 * DAY])('a clock that was wrong by %i ms for a while locks nobody out for days', async (ms) => {
  const right = Date.now()
  vi.setSystemTime(right + ms)
  await guessFromEverywhere(21)
  expect(await knock(browserAt('192.0.2.1'), OWNER)).toBe(WAIT)
  vi.setSystemTime(right + MINUTE)
  expect(await knock(browserAt('192.0.2.1'), OWNER)).toBe(IN)
})

test('a session that a wrong clock began does not last until that clock was right', async () => {
  const right = Date.now()
  vi.setSystemTime(right + 2 * DAY)
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  expect(await isSignedIn(own)).toBe(true)
  vi.setSystemTime(right)
  expect(await isSignedIn(own)).toBe(false)
  expect(await knock(own, OWNER)).toBe(IN)
})

test('a session whose use cannot be written down is read all the same, and the log says why', async () => {
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  vi.setSystemTime(Date.now() + 2 * 60_000)
  const failed = new Error('no such column')
  const touchSession = () => Promise.reject(failed)
  const { database, auth, shop } = world.runtime
  const told: unknown[] = []
  const log = { ...shop.log, error: (event: string, error: unknown) => void told.push([event, error]) }
  const accounts = { auth, database: { team: { ...database.team, touchSession } }, shop: { log } }
  expect(await findAdmin(accounts, new Headers({ cookie: own.cookie() }))).not.toBeNull()
  expect(told).toEqual([['session_not_written', failed]])
})

test('of any number of e-mails that nobody has, a few are written down; each try at a real account is', async () => {
  for (let n = 0; n < 58; n += 1) expect(await world.runtime.signInAttempts.isRecorded()).toBe(true)
  for (let n = 0; n < 5; n += 1) {
    await knock(browserAt(`203.0.113.${n}`), { ...WRONG, email: `stranger${n}@b.example` })
  }
  for (let n = 0; n < 3; n += 1) await knock(browserAt(`203.0.113.${n}`))
  const filter = { action: 'sign_in_failed', email: null, orderId: null } as const
  const lines = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  const [real, strange] = [
    lines.filter((it) => it.actor.email === OWNER.email),
    lines.filter((it) => it.actor.email === 'str…'),
  ]
  expect([real.length, strange.length]).toEqual([3, 2])
})

test('who is known hashes before all strangers, of whom so many are let in at once', async () => {
  const hashing = openHashing({ atOnce: 1, strangersMax: 3 })
  const done: string[] = []
  let finish = () => {}
  const hash = (name: string) => hashing.run(async () => void done.push(name))
  const first = hashing.run(() => new Promise<void>((resolve) => (finish = resolve)))
  const strangers = ['a', 'b', 'c', 'd'].map((name) => hashing.admit(() => hash(name).then(() => name)))
  const known = hashing.ahead(() => hash('known'))
  finish()
  await Promise.all([first, known])
  expect(await Promise.all(strangers)).toEqual(['a', 'b', 'c', null])
  expect(done).toEqual(['known', 'a', 'b', 'c'])
  await expect(hashing.admit(() => hashing.run(() => Promise.reject(new Error('broken'))))).rejects.toThrow('broken')
  expect(await hashing.admit(() => hashing.run(async () => 'goes on'))).toBe('goes on')
})

test('a crowd at once is sent away without a hash, and the owner comes in meanwhile', async () => {
  const own = browserAt('192.0.2.1')
  await knock(own, OWNER)
  const crowd = Array.from({ length: 30 }, (_, n) =>
    knock(browserAt(`203.0.113.${n}`), { ...WRONG, email: `s${n}@b.example` }),
  )
  const owner = knock(own, OWNER)
  const places = await Promise.all(crowd)
  expect(await owner).toBe(IN)
  const sentAway = places.filter((it) => it === '/admin/login?problem=too_many_requests&minutes=1')
  expect(sentAway.length).toBeGreaterThanOrEqual(10)
  expect(places.filter((it) => it === REFUSED).length + sentAway.length).toBe(30)
})
