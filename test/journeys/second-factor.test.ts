import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { resetPassword } from '@/lib/admin/reset-password'
import { findAdmin } from '@/lib/admin/session'
import { openShown } from '@/lib/admin/shown-once'
import { openVisitor, placeOf } from '../visitor'
import { nameOf, openWorld, type World } from '../world'

const OWNER = { email: 'olga@shop.example', password: 'a long enough password' }
const CODE_PAGE = '/admin/login?step=code'
const STEP = 30_000

let world: World
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  world = await openWorld({ RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' })
  await ensureFirstAdmin(world.runtime, OWNER)
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

type Browser = ReturnType<typeof openVisitor>

const signIn = async (browser: Browser, who = OWNER) => placeOf(await browser.submit('/api/admin/login', who))
const enter = async (browser: Browser, code: string) => placeOf(await browser.submit('/api/admin/login/code', { code }))
const change = async (browser: Browser, fields: Record<string, string>) =>
  placeOf(await browser.submit('/api/admin/account/second-factor', fields))
const adminIn = (browser: Browser) => findAdmin(world.runtime, new Headers({ cookie: browser.cookie() }))

/** What the page after an answer shows in a browser. */
async function shownIn(browser: Browser) {
  const admin = await adminIn(browser)
  return openShown(world.runtime, admin?.sessionId ?? '', browser.jar.get(nameOf('shown')))
}

/** The code that the owner's other device shows now. */
type Device = () => Promise<string>

/** Turns the second step on, as its owner does with an app and a pen. */
async function setUp(browser: Browser): Promise<{ device: Device; codes: string[] }> {
  expect(await change(browser, { action: 'begin', current: OWNER.password })).toBe('/admin/account')
  const shown = await shownIn(browser)
  if (shown?.type !== 'second_factor') throw new Error('nothing was shown')
  const secret = new TextDecoder().decode(base32.decode(new URL(shown.uri).searchParams.get('secret') ?? ''))
  const device = () => createOTP(secret).totp()
  expect(await change(browser, { action: 'confirm', code: await device() })).toMatch('done=second_factor_on')
  // The next code is another one.
  vi.setSystemTime(Date.now() + STEP)
  return { device, codes: shown.codes }
}

async function started(): Promise<Browser> {
  const browser = openVisitor(world, '192.0.2.1')
  expect(await signIn(browser)).toBe('/admin')
  return browser
}

async function onRecord(): Promise<string[]> {
  const filter = { action: null, email: null, orderId: null }
  const found = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  return found.reverse().map(({ action, detail }) => [action, ...Object.values(detail)].join(' '))
}

/** All that the shop's database holds. */
const contents = () => world.database.contents()

test('the second step is asked for once a first code has confirmed it, and the sessions that began without it end', async () => {
  const [own, other] = [await started(), await started()]
  expect(await change(own, { action: 'begin', current: 'a wrong password' })).toMatch('problem=wrong_password')
  expect(await change(own, { action: 'begin', current: OWNER.password })).toBe('/admin/account')
  // Made and not confirmed: an admin who never scanned it is not locked out.
  expect(await signIn(openVisitor(world, '192.0.2.2'))).toBe('/admin')
  expect(await change(own, { action: 'confirm', code: '000000' })).toMatch('problem=wrong_code')

  const { device, codes } = await setUp(own)
  expect([codes.length, new Set(codes).size]).toEqual([10, 10])
  expect([(await adminIn(own))?.email, await adminIn(other)]).toEqual([OWNER.email, null])
  // Shown to this session before, and to nobody now.
  expect(await shownIn(own)).toBeNull()
  for (const secret of [await device(), ...codes]) expect(await contents()).not.toContain(secret)
  expect(await onRecord()).toContain('second_factor_on')
})

test('with a second step the password alone opens nothing, and a code opens once', async () => {
  const { device } = await setUp(await started())
  const [one, two] = [openVisitor(world, '192.0.2.5'), openVisitor(world, '192.0.2.6')]
  expect([await signIn(one), await signIn(two)]).toEqual([CODE_PAGE, CODE_PAGE])
  expect(await adminIn(one)).toBeNull()
  expect(await enter(one, '000000')).toBe(`${CODE_PAGE}&problem=wrong_code`)
  const code = await device()
  expect(await enter(one, `${code.slice(0, 3)} ${code.slice(3)}`)).toBe('/admin')
  expect((await adminIn(one))?.email).toBe(OWNER.email)
  // Who looked over the shoulder has the same code, and is too late.
  expect(await enter(two, code)).toBe(`${CODE_PAGE}&problem=wrong_code`)
  vi.setSystemTime(Date.now() + STEP)
  expect(await enter(two, await device())).toBe('/admin')
  expect((await onRecord()).filter((it) => it.endsWith('code'))).toEqual([
    'sign_in_failed code',
    'signed_in code',
    'sign_in_failed code',
    'signed_in code',
  ])
})

test('the way to a page is kept through both steps', async () => {
  const { device } = await setUp(await started())
  const browser = openVisitor(world, '192.0.2.5')
  const first = await browser.submit('/api/admin/login', { ...OWNER, page: 'team' })
  expect(placeOf(first)).toBe('/admin/login?step=code&page=team')
  const second = await browser.submit('/api/admin/login/code', { code: await device(), page: 'team' })
  expect(placeOf(second)).toBe('/admin/team')
})

test('a recovery code stands in for the device, once, however it was copied', async () => {
  const { codes } = await setUp(await started())
  const [first = '', second = ''] = codes
  const browser = openVisitor(world, '192.0.2.5')
  await signIn(browser)
  expect(await enter(browser, ` ${first.replace('-', ' ')} `)).toBe('/admin')
  await signIn(browser)
  expect(await enter(browser, first)).toBe(`${CODE_PAGE}&problem=wrong_code`)
  expect(await enter(browser, second)).toBe('/admin')
})

test('codes cannot be guessed: five wrong ones, then the password again and a quarter of an hour', async () => {
  const own = await started()
  const { device } = await setUp(own)
  const thief = openVisitor(world, '198.51.100.1')
  await signIn(thief)
  for (let n = 0; n < 5; n += 1) expect(await enter(thief, `10000${n}`)).toMatch('problem=wrong_code')
  expect(await enter(thief, await device())).toMatch('problem=too_many_requests&minutes=15')
  // Elsewhere and with a new password step it is the same account.
  const again = openVisitor(world, '198.51.100.2')
  await signIn(again)
  expect(await enter(again, await device())).toMatch('problem=too_many_requests')
  // The owner's own browser is not in that line.
  await own.submit('/api/admin/logout', {})
  expect(await signIn(own)).toBe(CODE_PAGE)
  expect(await enter(own, await device())).toBe('/admin')
})

test('a code without a password before it, too late after it, or of another admin, opens nothing', async () => {
  const { device } = await setUp(await started())
  const browser = openVisitor(world, '192.0.2.5')
  expect(await enter(browser, await device())).toBe('/admin/login?problem=sign_in_expired')
  browser.jar.set(nameOf('second_step'), encodeURIComponent('2fa-made-up.signature'))
  expect(await enter(browser, await device())).toBe('/admin/login?problem=sign_in_expired')
  await signIn(browser)
  const step = browser.jar.get(nameOf('second_step')) ?? ''
  browser.jar.set(nameOf('second_step'), step.replace(/\..*$/, '.AAAA'))
  expect(await enter(browser, await device())).not.toBe('/admin')
  browser.jar.set(nameOf('second_step'), step)
  vi.setSystemTime(Date.now() + 10 * 60_000 + 1)
  expect(await enter(browser, await device())).toBe('/admin/login?problem=sign_in_expired')
  expect(await adminIn(browser)).toBeNull()
})

test('somebody who is signed in does not confirm somebody else’s second step', async () => {
  const own = await started()
  const { device } = await setUp(own)
  const pending = openVisitor(world, '192.0.2.5')
  await signIn(pending)
  const both = openVisitor(world, '192.0.2.5')
  for (const browser of [own, pending]) for (const [name, value] of browser.jar) both.jar.set(name, value)
  const before = await adminIn(own)
  expect(await enter(both, '123456')).toMatch('problem=wrong_code')
  expect(await enter(both, await device())).toBe('/admin')
  expect((await adminIn(both))?.sessionId).not.toBe(before?.sessionId)
})

test('recovery codes are made anew, and the step is ended, for whoever knows the password', async () => {
  const own = await started()
  const { codes } = await setUp(own)
  for (const action of ['renew', 'end']) {
    expect(await change(own, { action, current: 'a wrong password' })).toMatch('problem=wrong_password')
  }
  expect(await change(own, { action: 'begin', current: OWNER.password })).toMatch('problem=second_factor_on')
  expect(await change(own, { action: 'renew', current: OWNER.password })).toBe('/admin/account')
  const shown = await shownIn(own)
  if (shown?.type !== 'recovery_codes') throw new Error('no codes were shown')
  expect(shown.codes.some((code) => codes.includes(code))).toBe(false)
  vi.setSystemTime(Date.now() + 61_000)
  expect(await shownIn(own)).toBeNull()

  const browser = openVisitor(world, '192.0.2.5')
  await signIn(browser)
  expect(await enter(browser, codes[0] ?? '')).toMatch('problem=wrong_code')
  expect(await enter(browser, shown.codes[0] ?? '')).toBe('/admin')
  expect(await change(own, { action: 'end', current: OWNER.password })).toMatch('done=second_factor_off')
  expect((await adminIn(own))?.email).toBe(OWNER.email)
  expect(await signIn(openVisitor(world, '192.0.2.7'))).toBe('/admin')
})

test('what is shown once is shown to the session that had it made', async () => {
  const [own, other] = [await started(), await started()]
  await change(own, { action: 'begin', current: OWNER.password })
  const cookie = own.jar.get(nameOf('shown')) ?? ''
  other.jar.set(nameOf('shown'), cookie)
  expect((await shownIn(own))?.type).toBe('second_factor')
  expect(await shownIn(other)).toBeNull()
  for (const bent of [
    '',
    'ff',
    cookie.slice(2),
    `${cookie}00`,
    cookie.replace(/^./, (it) => (it === '0' ? '1' : '0')),
  ]) {
    own.jar.set(nameOf('shown'), bent)
    expect(await shownIn(own)).toBeNull()
  }
})

test('another operator takes a lost second step away, and its owner signs in with the password', async () => {
  const owner = await started()
  await setUp(owner)
  const { team } = world.runtime.database
  const passwordHash = await (await world.runtime.auth.$context).password.hash(OWNER.password)
  await team.add({ email: 'nora@shop.example', role: 'operator', passwordHash, at: Date.now() })
  const nora = openVisitor(world, '192.0.2.9')
  await signIn(nora, { ...OWNER, email: 'nora@shop.example' })
  const idOf = async (email: string) => (await team.list()).find((it) => it.email === email)?.id
  const remove = async (email: string) =>
    placeOf(await nora.submit(`/api/admin/team/${await idOf(email)}`, { action: 'remove_second_factor' }))
  expect((await team.list()).map((it) => it.hasSecondFactor)).toEqual([true, false])
  expect(await remove('nora@shop.example')).toMatch('problem=own_account')
  expect(await remove(OWNER.email)).toMatch('done=second_factor_removed')
  expect(await remove(OWNER.email)).toMatch('problem=not_found')
  expect(await adminIn(owner)).toBeNull()
  expect(await signIn(openVisitor(world, '192.0.2.7'))).toBe('/admin')
  expect(await onRecord()).toContain(`second_factor_removed ${OWNER.email}`)
})

test('whoever runs the server resets a password, which ends all sessions; the second step goes only when asked', async () => {
  const owner = await started()
  const { device } = await setUp(owner)
  const { database } = world.runtime
  const reset = await resetPassword(database, OWNER.email.toUpperCase(), { withoutSecondFactor: false })
  if (!reset.ok) throw new Error('refused')
  expect(await adminIn(owner)).toBeNull()
  const browser = openVisitor(world, '192.0.2.5')
  expect(await signIn(browser)).toMatch('login_failed')
  expect(await signIn(browser, reset)).toBe(CODE_PAGE)
  expect(await enter(browser, await device())).toBe('/admin')

  const again = await resetPassword(database, OWNER.email, { withoutSecondFactor: true })
  if (!again.ok) throw new Error('refused')
  expect(await signIn(browser, again)).toBe('/admin')
  expect(await resetPassword(database, 'nobody@shop.example', { withoutSecondFactor: false })).toEqual({
    ok: false,
    known: [OWNER.email],
  })
  const lines = await onRecord()
  expect(lines.filter((it) => it.includes('reset') || it.includes('removed'))).toEqual([
    `password_reset ${OWNER.email}`,
    `password_reset ${OWNER.email}`,
    `second_factor_removed ${OWNER.email}`,
  ])
  expect(await contents()).not.toContain(again.password)
})

test('while the clock is wrong by days the codes of the device are too, and a recovery code is not', async () => {
  const own = await started()
  const { device, codes } = await setUp(own)
  const right = await device()
  vi.setSystemTime(Date.now() - 2 * 24 * 3_600_000)
  const browser = openVisitor(world, '192.0.2.5')
  await signIn(browser)
  expect(await enter(browser, right)).toMatch('problem=wrong_code')
  expect(await enter(browser, codes[0] ?? '')).toBe('/admin')
  vi.setSystemTime(Date.now() + 2 * 24 * 3_600_000)
  const later = openVisitor(world, '192.0.2.6')
  await signIn(later)
  vi.setSystemTime(Date.now() + STEP)
  expect(await enter(later, await device())).toBe('/admin')
})
