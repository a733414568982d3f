import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PAGE, readBeside } from '@/app/admin/notifications/beside'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { EVERY_NOTIFICATION, type LogPlace } from '@/lib/shop/notification'
import { requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'
import { signedNotification } from '../messages'
import { openWorld, type World } from '../world'

const OPERATOR = { email: 'admin@shop.example', password: 'a long enough password' }

let world: World
let cookie: string
beforeEach(async () => {
  world = await openWorld()
  cookie = await signIn()
})
afterEach(() => world.close())

async function signIn(): Promise<string> {
  await ensureFirstAdmin(world.runtime, OPERATOR)
  const response = await world.form('/api/admin/login', OPERATOR)
  return response.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ')
}

/** From now on the same person may only look. */
async function becomeViewer(): Promise<void> {
  const { internalAdapter } = await world.runtime.auth.$context
  const found = await internalAdapter.findUserByEmail(OPERATOR.email)
  await internalAdapter.updateUser(found?.user.id ?? '', { role: 'viewer' })
}

const replay = (id: number, headers: Record<string, string> = { cookie }) =>
  world.form(`/api/admin/notifications/${id}/replay`, {}, headers)
const replayAll = (fields: Record<string, string>, headers: Record<string, string> = { cookie }) =>
  world.form('/api/admin/notifications/replay', fields, headers)
const locationOf = (response: Response) => response.headers.get('location')

/** What stands in the record of admin actions about replays: who, what, and how it came out. */
async function audit() {
  const filter = { action: null, email: null, orderId: null }
  const found = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  return found
    .reverse()
    .filter(({ action }) => action.startsWith('notification'))
    .map(({ action, actor, notificationId, orderId, detail, outcomeOf }) => ({
      ...{ action, email: actor.email, role: actor.role, id: notificationId, order: orderId, detail },
      isOutcome: Number(outcomeOf !== null),
    }))
}

/** A genuine message about money that WeChat has, processed while WeChat could not be asked. */
async function unconfirmedNotification() {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const trade = (await world.weChat()).orders.find((it) => it.out_trade_no === payment.outTradeNo)
  const fee = String(trade?.total_fee)
  const truth = { total_fee: fee, cash_fee: fee, transaction_id: String(trade?.transaction_id) }
  world.wire.isCut = true
  await world.notify(signedNotification(payment.outTradeNo, truth))
  world.wire.isCut = false
  const id = (await world.log()).at(-1)?.id ?? 0
  return { order, payment, id }
}

test('a message that could not be confirmed is replayed, pays the order, and says so in the record of admin actions', async () => {
  const { order, id } = await unconfirmedNotification()
  expect(await world.verdicts()).toEqual(['query_failed'])
  expect(locationOf(await replay(id))).toBe(`/admin/notifications/${id + 1}`)

  expect(await world.statusOf(order)).toBe('paid')
  const [former, again] = await world.log()
  expect([former?.result?.verdict, former?.replayOf]).toEqual(['query_failed', null])
  expect([again?.result?.verdict, again?.replayOf]).toEqual(['applied', id])
  expect(again?.bodySha256).toBe(former?.bodySha256)
  expect(again?.headers).toEqual(former?.headers)
  const entry = { action: 'notification_replayed', email: OPERATOR.email, role: 'operator', id, order: order.id }
  expect(await audit()).toEqual([
    { ...entry, detail: { before: 'query_failed' }, isOutcome: 0 },
    { ...entry, detail: { before: 'query_failed', after: 'applied', replay: String(id + 1) }, isOutcome: 1 },
  ])
})

test('no replay pays what WeChat says is unpaid', async () => {
  const { order, payment } = await world.order()
  await world.notify(signedNotification(payment.outTradeNo))
  await replay(1)
  await replay(2)
  await world.advance(2_000)
  await replayAll({})
  expect(await world.verdicts()).toEqual(['contradicted', 'contradicted', 'contradicted', 'contradicted'])
  expect((await world.log()).map(({ replayOf }) => replayOf)).toEqual([null, 1, 1, 1])
  expect(await world.statusOf(order)).toBe('pending')
})

test('a message that is replayed many times at once settles once', async () => {
  const { order, id } = await unconfirmedNotification()
  await Promise.all([replay(id), replay(id), replay(id), replayAll({ verdict: 'query_failed' })])
  expect(await world.statusOf(order)).toBe('paid')
  expect((await world.verdicts()).sort()).toEqual(['already', 'already', 'already', 'applied', 'query_failed'])
  const history = await world.shop.store.listOrderEvents(order.id)
  expect(history.map(({ to }) => to)).toEqual(['pending', 'paid'])
})

test('a viewer, a stranger and another site can have nothing replayed', async () => {
  await world.notify('<xml><a>forged</a></xml>')
  const elsewhere = { cookie, 'sec-fetch-site': 'cross-site' }
  expect((await replay(1, elsewhere)).status).toBe(403)
  expect((await replayAll({}, elsewhere)).status).toBe(403)
  expect(locationOf(await replay(1, {}))).toBe('/admin/login?problem=not_signed_in')
  expect(locationOf(await replayAll({}, {}))).toBe('/admin/login?problem=not_signed_in')
  await becomeViewer()
  expect(locationOf(await replay(1))).toBe('/admin?problem=not_allowed')
  expect(locationOf(await replayAll({}))).toBe('/admin?problem=not_allowed')
  expect(await world.log()).toHaveLength(1)
  expect(await audit()).toEqual([])
})

test('an entry that is gone, or not processed yet, is not replayed', async () => {
  expect(locationOf(await replay(99))).toBe('/admin/notifications/99?problem=not_found')
  expect((await world.form('/api/admin/notifications/1e3/replay', {}, { cookie })).status).toBe(404)
  const message = {
    apiVersion: 'v2' as const,
    remoteAddress: '',
    headers: {},
    body: new Uint8Array(),
    receivedAt: world.now(),
    replayOf: null,
  }
  const id = await world.shop.store.insertNotification(message)
  expect(locationOf(await replay(id))).toBe(`/admin/notifications/${id}?problem=not_processed_yet`)
  expect(await audit()).toEqual([])
})

test('all that a filter finds is replayed, and what it made is left out the next time', async () => {
  for (const text of ['one', 'two', 'three']) await world.notify(`<xml><a>${text}</a></xml>`)
  await world.notify('no xml')
  await world.advance(2_000)
  const filter = { verdict: 'failed_transport', text: '<a>t' }
  for (const round of [1, 2]) {
    expect(locationOf(await replayAll(filter))).toBe('/admin/notifications?replayed=2')
    expect((await world.log()).map(({ replayOf }) => replayOf)).toEqual([
      ...[null, null, null, null],
      ...(round === 1 ? [2, 3] : [2, 3, 2, 3]),
    ])
  }
  const found = { filter: 'verdict=failed_transport text=<a>t', found: '2' }
  expect((await audit()).map(({ action, detail }) => [action, detail])).toEqual([
    ['notifications_replayed', found],
    ['notifications_replayed', { ...found, replayed: '2', after: 'failed_transport 2' }],
    ['notifications_replayed', found],
    ['notifications_replayed', { ...found, replayed: '2', after: 'failed_transport 2' }],
  ])
})

test('a filter that is not understood processes nothing again, since left out it would find more', async () => {
  await world.notify('<xml><a>forged</a></xml>')
  const refused = await replayAll({ verdict: 'everything' })
  expect(locationOf(refused)).toBe('/admin/notifications?problem=invalid_body')
  expect(await world.log()).toHaveLength(1)
})

test('while WeChat does not answer, the rest of a filter is left alone', async () => {
  const { payment } = await world.order()
  world.wire.isCut = true
  for (let n = 0; n < 10; n += 1) await world.notify(signedNotification(payment.outTradeNo, { nonce_str: `nonce${n}` }))
  await replayAll({ number: payment.outTradeNo })
  const log = await world.log()
  expect(log.filter(({ replayOf }) => replayOf !== null)).toHaveLength(8)
})

test('an admin can have so many replayed in a minute, and no more', async () => {
  await world.close()
  world = await openWorld({ RATE_LIMITS: 'on' })
  cookie = await signIn()
  await world.notify('<xml><a>forged</a></xml>')
  const places: (string | null)[] = []
  for (let n = 0; n < 31; n += 1) places.push(locationOf(await replay(1)))
  expect(places.filter((place) => place?.includes('problem'))).toEqual([
    '/admin/notifications/1?problem=too_many_requests',
  ])
  const runs: (string | null)[] = []
  for (let n = 0; n < 4; n += 1) runs.push(locationOf(await replayAll({ number: 'none' })))
  expect(runs.at(-1)).toBe('/admin/notifications?number=none&problem=too_many_requests')
})

test('the stream tells that messages came, and ends with the session', async () => {
  expect((await world.fetch('/api/admin/notifications/events')).status).toBe(401)
  const response = await world.fetch('/api/admin/notifications/events', { headers: { cookie } })
  const reader = response.body?.getReader()
  const next = async () => {
    const part = await reader?.read()
    return part?.done ? null : new TextDecoder().decode(part?.value)
  }
  expect(await next()).toBe('event: log\ndata: none\n\n')
  await world.notify('<xml><a>forged</a></xml>')
  world.runtime.watch.wakeAll()
  expect(await next()).toBe('event: log\ndata: 1.1.failed_transport\n\n')
  await world.form('/api/admin/logout', {}, { cookie })
  world.runtime.watch.wakeAll()
  expect(await next()).toBeNull()
  expect(world.runtime.watch.count('', '').all).toBe(0)
})

const explain = (body: string, headers: Record<string, string> = { cookie }) =>
  world.fetch('/api/admin/signature', {
    method: 'POST',
    headers: { 'content-type': 'text/xml', 'sec-fetch-site': 'same-origin', ...headers },
    body,
  })

test('a pasted message is explained in the reader’s language, also to a viewer, and nothing of it is kept', async () => {
  await becomeViewer()
  const wrong = signedNotification('NUMBER1', {}, { type: 'HMAC-SHA256' })
  const response = await explain(wrong, { cookie: `${cookie}; locale=en` })
  const answer = (await response.json()) as Record<string, unknown>
  expect(answer).toMatchObject({ isRight: false, mistake: { cause: 'other_sign_type' } })
  expect(answer.advice).toMatchObject({ title: 'Signed with the other type' })
  expect(JSON.stringify(answer)).not.toContain('192006250b4c09247ec02edce69f6a2d')
  expect(await (await explain(signedNotification('NUMBER1'))).json()).toMatchObject({ isRight: true, advice: null })
  expect(await (await explain('no xml')).json()).toMatchObject({ isRight: false, advice: null, fields: [] })
  expect(await world.log()).toEqual([])
})

test('the explainer takes as much as the notify URL, from whoever is signed in, on the shop’s own page', async () => {
  expect((await explain('x'.repeat(64 * 1024))).status).toBe(200)
  expect((await explain('x'.repeat(64 * 1024 + 1))).status).toBe(413)
  expect((await explain('<xml/>', {})).status).toBe(401)
  expect((await explain('<xml/>', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
})

test('of API v3 a request, a message or a set is explained with a pasted public key, and a private key is refused', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const request = { method: 'GET', target: '/v3/certificates', timestamp: '1772330465', nonce: 'n', body: '' }
  const signature = sign(requestText({ ...request, method: 'get' }), privateKey)
  const authorization = writeAuthorization({ ...request, mchId: '1900000109', serial: 'A0', signature })
  const parts = { kind: 'request', method: 'GET', url: '/v3/certificates', body: '', publicKey: pem }
  const ask = (changes: object) =>
    explain(JSON.stringify({ ...parts, headers: `Authorization: ${authorization}`, ...changes }), {
      cookie: `${cookie}; locale=en`,
      'content-type': 'application/json',
    })
  expect(await (await ask({})).json()).toMatchObject({
    apiVersion: 'v3',
    isRight: false,
    mistake: { cause: 'method_lower_case', field: 'method' },
    advice: { title: 'Method not in capitals' },
  })
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' })
  for (const [changes, code] of [
    [{ publicKey: secret }, 'private_key_pasted'],
    [{ publicKey: 'x' }, 'not_a_public_key'],
    [{ kind: 'invocation' }, 'malformed_json'],
    [{ kind: 'other' }, 'invalid_body'],
  ] as const) {
    const response = await ask(changes)
    expect([response.status, (await response.json()).code]).toEqual([400, code])
  }
  expect((await ask({ body: 'x'.repeat(16 * 1024) })).status).toBe(413)
})

test('a filter is kept under a name for its admin alone, replaced by the next of that name, and forgotten', async () => {
  const save = (fields: Record<string, string>) => world.form('/api/admin/notifications/filters', fields, { cookie })
  const { team, savedFilters } = world.runtime.database
  const own = (await team.list())[0]?.id ?? ''
  const kept = async (id = own) => (await savedFilters.list(id)).map(({ name, query }) => [name, query]).sort()
  const asked = { verdict: 'bad_signature', text: '茶' }
  const path = `/admin/notifications?verdict=bad_signature&text=${encodeURIComponent('茶')}`
  expect(locationOf(await save({ ...asked, name: ' forged ' }))).toBe(path)
  expect(locationOf(await save({ number: '42', name: 'one' }))).toBe('/admin/notifications?number=42')
  await save({ number: '43', name: 'one' })
  expect(await kept()).toEqual([
    ['forged', path.split('?')[1]],
    ['one', 'number=43'],
  ])
  for (const wrong of [{ name: 'x' }, { ...asked, name: '' }, { ...asked, name: 'x', verdict: 'nonsense' }]) {
    expect(locationOf(await save(wrong))).toContain('problem=invalid_body')
  }
  for (let n = 0; n < 18; n += 1) await save({ number: String(n), name: String(n) })
  expect(locationOf(await save({ number: '9', name: 'more' }))).toContain('problem=too_many_saved')
  expect(await kept('somebody else')).toEqual([])
  const first = (await savedFilters.list(own)).find(({ name }) => name === 'forged')
  expect(await savedFilters.remove('somebody else', first?.id ?? '')).toBe(false)
  expect(locationOf(await save({ ...asked, remove: first?.id ?? '' }))).toBe(path)
  expect(locationOf(await save({ ...asked, remove: first?.id ?? '' }))).toBe(`${path}&problem=not_found`)
  await becomeViewer()
  expect(locationOf(await save({ ...asked, name: 'forged' }))).toBe(path)
  expect(await kept()).toHaveLength(20)
})

test('beside a message stands the page of the list that it is on, and keys lead over the edges of pages', async () => {
  for (let n = 0; n < PAGE + 2; n += 1) await world.notify(`<xml><a>${n}</a></xml>`)
  const log = (await world.log()).reverse()
  const at = (place: number) => log[place]?.id
  const beside = async (place: number, after: LogPlace | null = null) => {
    const entry = await world.shop.store.findNotification(at(place) ?? 0)
    if (entry === null) throw new Error('gone')
    const found = await readBeside(world.shop.store, { filter: EVERY_NOTIFICATION, after }, entry)
    return {
      begin: found.lines[0]?.id,
      newer: found.newer?.id,
      older: found.older?.id,
      next: found.older?.after ?? null,
    }
  }
  expect(await beside(0)).toEqual({ begin: at(0), newer: undefined, older: at(1), next: null })
  const edge = await beside(PAGE - 1)
  expect(edge).toMatchObject({ begin: at(0), newer: at(PAGE - 2), older: at(PAGE), next: { id: at(PAGE - 1) } })
  expect(await beside(PAGE, edge.next)).toEqual({
    ...{ begin: at(PAGE), newer: at(PAGE - 1), older: at(PAGE + 1), next: edge.next },
  })
  // Without a place in its address a message that is further down begins the list.
  expect(await beside(PAGE + 1)).toMatchObject({ begin: at(PAGE + 1), newer: at(PAGE), older: undefined })
})
