import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { findAdmin } from '@/lib/admin/session'
import { openShown } from '@/lib/admin/shown-once'
import { nameOf, openWorld, PUBLIC_URL, type World } from '../world'

const OPERATOR = { email: 'olga@shop.example', password: 'a long enough password' }
const MINUTE = 60_000

let world: World
beforeEach(async () => {
  world = await opened()
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

async function opened(variables: Record<string, string> = {}): Promise<World> {
  const it = await openWorld(variables)
  await ensureFirstAdmin(it.runtime, OPERATOR)
  return it
}

const whereTo = (response: Response) => response.headers.get('location')
const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''

async function signIn({ email, password } = OPERATOR): Promise<{ cookie: string }> {
  const response = await world.form('/api/admin/login', { email, password })
  expect(whereTo(response)).toBe('/admin')
  return { cookie: cookieOf(response) }
}

async function adminOf({ cookie }: { cookie: string }) {
  return findAdmin(world.runtime, new Headers({ cookie }))
}

/** What the page after an answer shows once. */
async function shownBy(answer: Response, who: { cookie: string }) {
  const session = await adminOf(who)
  const pair = answer.headers.getSetCookie().find((it) => it.startsWith(`${nameOf('shown')}=`))
  return openShown(world.runtime, session?.sessionId ?? '', pair?.split(';')[0]?.split('=')[1])
}

/** Adds somebody as the operator would, and gives the password that the operator's page shows. */
async function added(operator: { cookie: string }, email: string, role: 'viewer' | 'operator') {
  const answer = await world.form('/api/admin/team', { email, role }, operator)
  expect(whereTo(answer)).toBe('/admin/team')
  const shown = await shownBy(answer, operator)
  if (shown?.type !== 'password') throw new Error('no password was shown')
  expect(shown.email).toBe(email)
  return shown
}

const idOf = async (email: string) =>
  (await world.runtime.database.team.list()).find((it) => it.email === email)?.id ?? ''
const change = async (who: { cookie: string }, email: string, action: string) =>
  world.form(`/api/admin/team/${await idOf(email)}`, { action }, who)

async function acts() {
  const filter = { action: null, email: null, orderId: null }
  const found = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  return found.reverse().map(({ action, actor, detail }) => [action, actor.email, actor.role, detail])
}

/** All that the shop's database holds, apart from when a session was last used. */
const contents = () => world.database.contents()

/** Doors that anybody may try, and those that viewers may use: for their own account, to look, and to have a text explained. */
const PUBLIC = ['/api/admin/login', '/api/admin/login/code']
const FOR_VIEWERS = [
  '/api/admin/logout',
  '/api/admin/account/password',
  '/api/admin/account/second-factor',
  '/api/admin/account/sessions',
  '/api/admin/bills/[date]/export',
  '/api/admin/bills/[date]/file',
  '/api/admin/notifications/filters',
  '/api/admin/orders/export',
  '/api/admin/refunds/export',
  '/api/admin/signature',
]

type Door = { path: string; method: string; call: (headers?: Record<string, string>) => Promise<Response> }

/** Every method of every route file for admins, as the folder has them. */
async function adminRoutes(): Promise<Door[]> {
  const files = readdirSync('app/api/admin', { recursive: true, encoding: 'utf8' }).filter((it) =>
    it.endsWith('route.ts'),
  )
  const routes = await Promise.all(
    files.map(async (file) => {
      const path = `/api/admin/${file.replace('/route.ts', '')}`
      const routes = (await import(resolve('app/api/admin', file))) as Record<string, unknown>
      return Object.entries(routes).flatMap(([method, handler]): Door[] =>
        typeof handler === 'function'
          ? [{ path, method, call: (headers) => call(path, method, handler, headers) }]
          : [],
      )
    }),
  )
  return routes.flat().filter(({ path }) => !PUBLIC.includes(path))
}

/** A method that needs no body is called with an empty form, another one without any. */
async function call(path: string, method: string, handler: unknown, headers: Record<string, string> = {}) {
  const body =
    method === 'GET' || method === 'HEAD' ? null : new URLSearchParams({ session: 'others', action: 'remove' })
  const url = new URL(path.replace(/\[\w+\]/g, '1'), PUBLIC_URL)
  const request = new Request(url, { method, body, headers: { 'sec-fetch-site': 'same-origin', ...headers } })
  const answer = handler as (request: Request, context: { params: Promise<object> }) => Promise<Response>
  return answer(request, { params: Promise.resolve({ id: '1' }) })
}

test('no route for admins opens without a session, with a made-up or foreign one, or with one that has ended', async () => {
  const ended = await signIn()
  await world.form('/api/admin/logout', {}, ended)
  const elsewhere = world
  world = await opened()
  const foreign = await signIn()
  await world.close()
  world = elsewhere
  await world.restart()
  const before = await contents()
  const routes = await adminRoutes()
  expect(routes.length).toBeGreaterThan(4)
  for (const headers of [{}, ended, foreign, { cookie: `${nameOf('session')}=x.y` }]) {
    for (const { path, method, call } of routes) {
      const response = await call(headers)
      const isForm = method !== 'GET'
      const expected = isForm ? [303, '/admin/login?problem=not_signed_in'] : [401, null]
      expect([method, path, response.status, whereTo(response)]).toEqual([method, path, ...expected])
    }
  }
  expect(await contents()).toBe(before)
})

test('no route for admins changes anything for another site or, apart from what viewers may do, for a viewer', async () => {
  const operator = await signIn()
  const viewer = await signIn(await added(operator, 'vera@shop.example', 'viewer'))
  const before = await contents()
  const mutating = (await adminRoutes()).filter(({ method }) => method !== 'GET')
  for (const { path, method, call } of mutating) {
    for (const site of ['cross-site', 'same-site']) {
      const response = await call({ ...operator, 'sec-fetch-site': site })
      expect([method, path, response.status]).toEqual([method, path, 403])
    }
    if (FOR_VIEWERS.includes(path)) continue
    const response = await call({ ...viewer, referer: `${PUBLIC_URL}/admin/team?problem=x` })
    expect([method, path, whereTo(response)]).toEqual([method, path, '/admin/team?problem=not_allowed'])
    const program = await world.json(path.replace(/\[\w+\]/g, '1'), {}, { ...viewer, 'sec-fetch-site': 'same-origin' })
    expect([program.status, await program.json()]).toMatchObject([403, { code: 'not_allowed' }])
  }
  expect(await contents()).toBe(before)
})

test('the cookie is out of reach of scripts and other sites, and the file holds only a hash of it', async () => {
  const response = await world.form('/api/admin/login', OPERATOR)
  const [cookie = ''] = response.headers.getSetCookie()
  expect(cookie).toMatch(/^session-[\da-f]{8}=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/)
  const token = decodeURIComponent(cookieOf(response)).split('=')[1]?.split('.')[0] ?? ''
  expect(token).toMatch(/^\w{32}$/)
  expect(await contents()).not.toContain(token)
  expect(await contents()).toContain(createHash('sha256').update(token).digest('base64url'))

  await world.close()
  world = await opened({ PUBLIC_URL: 'https://shop.example' })
  const secure = await world.form('/api/admin/login', OPERATOR)
  expect(secure.headers.getSetCookie()[0]).toMatch(
    /^__Host-session-[\da-f]{8}=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

test('a session that is used lasts twelve hours, and one that is not, thirty minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const [used, idle] = [await signIn(), await signIn()]
  for (let minutes = 0; minutes < 12 * 60; minutes += 29) {
    expect((await adminOf(used))?.email).toBe(OPERATOR.email)
    // Nobody waits for the note that it was used; whatever is written after it does.
    await world.runtime.database.secret('order_tokens')
    vi.setSystemTime(Date.now() + 29 * MINUTE)
  }
  expect(await adminOf(used)).toBeNull()
  expect(await adminOf(idle)).toBeNull()
})

test('signing in leads to a page of the list, and to no other', async () => {
  const go = async (page: string) => whereTo(await world.form('/api/admin/login', { ...OPERATOR, page }))
  expect(await go('audit')).toBe('/admin/audit')
  for (const page of ['//evil.example', 'constructor']) {
    expect(await go(page)).toBe('/admin')
  }
})

test('a new password needs the old one and twelve characters, and ends every session but its own', async () => {
  const [here, there] = [await signIn(), await signIn()]
  const set = (current: string, next: string) => world.form('/api/admin/account/password', { current, new: next }, here)
  expect(whereTo(await set('a wrong password', 'another long password'))).toMatch('problem=wrong_password')
  expect(whereTo(await set(OPERATOR.password, 'short'))).toMatch('problem=weak_password')
  for (const common of ['Password1234!', 'qwertyuiop123', 'aaaaaaaaaaaa', OPERATOR.email, 'olga20262026']) {
    expect([common, whereTo(await set(OPERATOR.password, common))]).toEqual([
      common,
      '/admin/account?problem=common_password',
    ])
  }
  expect(await adminOf(there)).not.toBeNull()

  const done = await set(OPERATOR.password, 'another long password')
  expect(whereTo(done)).toBe('/admin/account?done=password_changed')
  expect([await adminOf(here), await adminOf(there)]).toEqual([null, null])
  expect((await adminOf({ cookie: cookieOf(done) }))?.email).toBe(OPERATOR.email)
  expect(whereTo(await world.form('/api/admin/login', OPERATOR))).toMatch('login_failed')
  await signIn({ ...OPERATOR, password: 'another long password' })
})

test('one ends sessions of their own, one or all others, and nobody else’s', async () => {
  const [here, second, third] = [await signIn(), await signIn(), await signIn()]
  const viewer = await signIn(await added(here, 'vera@shop.example', 'viewer'))
  const end = async (who: { cookie: string }, session: string) =>
    whereTo(await world.form('/api/admin/account/sessions', { session }, who))
  expect(await end(viewer, (await adminOf(here))?.sessionId ?? '')).toMatch('problem=not_found')
  expect(await end(here, (await adminOf(second))?.sessionId ?? '')).toMatch('done=sessions_ended')
  expect([await adminOf(second), (await adminOf(third)) !== null]).toEqual([null, true])
  expect(await end(here, 'others')).toMatch('done=sessions_ended')
  expect([await adminOf(third), (await adminOf(here)) !== null, (await adminOf(viewer)) !== null]).toEqual([
    null,
    true,
    true,
  ])
})

test('a change of role counts at once, and removing somebody ends their sessions', async () => {
  const operator = await signIn()
  const newcomer = await added(operator, 'nora@shop.example', 'viewer')
  const other = await signIn(newcomer)
  expect(whereTo(await world.form('/api/admin/team', { email: newcomer.email, role: 'viewer' }, operator))).toMatch(
    'problem=email_taken',
  )
  await change(operator, newcomer.email, 'operator')
  expect((await adminOf(other))?.role).toBe('operator')
  expect(whereTo(await change(other, OPERATOR.email, 'viewer'))).toMatch('done=admin_changed')
  expect((await adminOf(operator))?.role).toBe('viewer')
  expect(whereTo(await change(operator, newcomer.email, 'remove'))).toMatch('problem=not_allowed')
  await change(other, OPERATOR.email, 'end_sessions')
  expect(await adminOf(operator)).toBeNull()
  const again = await signIn()
  await change(other, OPERATOR.email, 'remove')
  expect(await adminOf(again)).toBeNull()
  expect(whereTo(await world.form('/api/admin/login', OPERATOR))).toMatch('login_failed')
})

test('the last operator stays one, and nobody changes their own account', async () => {
  const operator = await signIn()
  const other = await signIn(await added(operator, 'nora@shop.example', 'operator'))
  for (const act of ['viewer', 'remove', 'end_sessions']) {
    expect(whereTo(await change(operator, OPERATOR.email, act))).toMatch('problem=own_account')
  }
  // Each takes the other's role at the same moment: one of them is too late.
  await Promise.all([change(operator, 'nora@shop.example', 'viewer'), change(other, OPERATOR.email, 'viewer')])
  const { team } = world.runtime.database
  const operators = (await team.list()).filter(({ role }) => role === 'operator')
  expect(operators).toHaveLength(1)
  const last = operators[0]?.id ?? ''
  expect(await team.changeRole(last, 'viewer')).toEqual({ ok: false, reason: 'last_operator' })
  expect(await team.remove(last)).toEqual({ ok: false, reason: 'last_operator' })
})

test('what is done with accounts is on the record; of an unknown e-mail only the beginning is', async () => {
  await world.form('/api/admin/login', { ...OPERATOR, password: 'a wrong password' })
  await world.form('/api/admin/login', { email: 'my-secret@shop.example', password: 'a wrong password' })
  const operator = await signIn()
  const newcomer = await added(operator, 'nora@shop.example', 'viewer')
  await change(operator, newcomer.email, 'operator')
  await change(operator, newcomer.email, 'remove')
  await world.form('/api/admin/logout', {}, operator)
  const { email } = OPERATOR
  expect(await acts()).toEqual([
    ['sign_in_failed', email, null, {}],
    ['sign_in_failed', 'my-…', null, {}],
    ['signed_in', email, 'operator', {}],
    ['admin_added', email, 'operator', { email: newcomer.email, role: 'viewer' }],
    ['admin_changed', email, 'operator', { email: newcomer.email, before: 'viewer', after: 'operator' }],
    ['admin_removed', email, 'operator', { email: newcomer.email, role: 'operator' }],
    ['signed_out', email, 'operator', {}],
  ])
  expect(await contents()).not.toContain(newcomer.password)
  expect(world.warnings.join()).not.toContain(newcomer.password)
})
