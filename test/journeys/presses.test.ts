import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPresses } from '@/lib/web/presses'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const PASSWORD = 'a long pass phrase'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function signedIn(email = 'operator@example.com') {
  const { auth, database } = world.runtime
  const passwordHash = await (await auth.$context).password.hash(PASSWORD)
  await database.team.add({ email, role: 'operator', passwordHash, at: world.now() })
  const visitor = openVisitor(world)
  expect(placeOf(await visitor.submit('/api/admin/login', { email, password: PASSWORD }))).toBe('/admin')
  return visitor
}

async function audit() {
  const filter = { action: null, email: null, orderId: null }
  const found = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  return found.filter(({ action }) => action !== 'signed_in').map(({ action }) => action)
}

const idOf = async (email: string) =>
  (await world.runtime.database.team.list()).find((it) => it.email === email)?.id ?? ''

/** Each action: what has to be there before, the form, and how many entries of the record it makes when it is done once. */
const ACTIONS: Record<
  string,
  { form: () => Promise<[path: string, fields: Record<string, string>]>; entries: number }
> = {
  'query an order': { form: async () => [`/api/admin/orders/${(await world.order()).order.id}/query`, {}], entries: 2 },
  'close an order': { form: async () => [`/api/admin/orders/${(await world.order()).order.id}/close`, {}], entries: 2 },
  'ship an order': {
    form: async () => {
      const { order, payment } = await world.order()
      await world.phone.pay(payment.outTradeNo)
      await world.advance(1_000)
      return [`/api/admin/orders/${order.id}/ship`, {}]
    },
    entries: 1,
  },
  'ship several orders': {
    form: async () => {
      const { order, payment } = await world.order()
      await world.phone.pay(payment.outTradeNo)
      await world.advance(1_000)
      return ['/api/admin/orders/ship', { order: order.id }]
    },
    entries: 1,
  },
  'write down what became of stray money': {
    form: async () => {
      const stray = {
        outTradeNo: 'from-another-shop',
        transactionId: '4200009999',
        paidFen: 5,
        currency: 'CNY',
        paidAt: 1,
      }
      const seen = { seenAt: world.now(), seenBy: 'query' } as const
      await world.shop.store.commit({ transaction: { ...stray, ...seen, orderId: null, outcome: 'unknown_order' } })
      return ['/api/admin/money/4200009999/resolve', { note: 'sent back' }]
    },
    entries: 1,
  },
  'replay a message': {
    form: async () => {
      await world.notify('<xml><a>1</a></xml>')
      return [`/api/admin/notifications/${(await world.log())[0]?.id}/replay`, {}]
    },
    entries: 2,
  },
  'replay what a filter finds': {
    form: async () => {
      await world.notify('<xml><a>1</a></xml>')
      return ['/api/admin/notifications/replay', { verdict: 'malformed' }]
    },
    entries: 2,
  },
  'add an admin': { form: async () => ['/api/admin/team', { email: 'new@example.com', role: 'viewer' }], entries: 1 },
  'change a role': {
    form: async () => {
      await signedIn('other@example.com')
      return [`/api/admin/team/${await idOf('other@example.com')}`, { action: 'viewer' }]
    },
    entries: 1,
  },
  'take an admin out': {
    form: async () => {
      await signedIn('other@example.com')
      return [`/api/admin/team/${await idOf('other@example.com')}`, { action: 'remove' }]
    },
    entries: 1,
  },
  'end somebody’s sessions': {
    form: async () => {
      await signedIn('other@example.com')
      return [`/api/admin/team/${await idOf('other@example.com')}`, { action: 'end_sessions' }]
    },
    entries: 1,
  },
  'end the own other sessions': {
    form: async () => {
      await openVisitor(world).submit('/api/admin/login', { email: 'operator@example.com', password: PASSWORD })
      return ['/api/admin/account/sessions', { session: 'others' }]
    },
    entries: 1,
  },
  'change the own password': {
    form: async () => ['/api/admin/account/password', { current: PASSWORD, new: 'another pass phrase' }],
    entries: 1,
  },
}

test.each(Object.entries(ACTIONS))(
  'to %s, pressed twice at once and once more, is done once and shown each time',
  async (_, action) => {
    const visitor = await signedIn()
    const [path, fields] = await action.form()
    const form = { ...fields, press: 'a-word-of-this-page-1' }
    const both = await Promise.all([1, 2].map(() => visitor.send(path, form)))
    const answers = [...both, await visitor.send(path, form)]
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect(placeOf(answers[0] as Response)).not.toContain('problem')
    expect(new Set(answers.map(placeOf)).size).toBe(1)
    expect(await audit()).toHaveLength(action.entries)
    // Whoever is given the last answer is signed in as before.
    visitor.keep(answers[2] as Response)
    expect(placeOf(await visitor.submit('/api/admin/account/sessions', { session: 'none' }))).toMatch(
      /^\/admin\/account/,
    )
  },
)

test('an action of another page is another action', async () => {
  const visitor = await signedIn()
  const { order } = await world.order()
  for (const press of ['a-word-of-this-page-1', 'a-word-of-this-page-2']) {
    await visitor.submit(`/api/admin/orders/${order.id}/query`, { press })
  }
  expect(await audit()).toHaveLength(4)
})

test('the word of a press opens nothing to a stranger, before it was pressed and after', async () => {
  const { order } = await world.order()
  const stranger = openVisitor(world)
  const form = { press: 'a-word-of-this-page-1' }
  expect(placeOf(await stranger.submit(`/api/admin/orders/${order.id}/close`, form))).toContain('/admin/login')
  const visitor = await signedIn()
  expect(placeOf(await visitor.submit(`/api/admin/orders/${order.id}/close`, form))).toContain('done=closed')
  expect(placeOf(await stranger.submit(`/api/admin/orders/${order.id}/close`, form))).toContain('/admin/login')
})

test('a press that came to nothing because the store failed may be tried again', async () => {
  const presses = openPresses(() => 0, world.runtime.database.presses)
  const failing = () => Promise.reject(new Error('busy'))
  await expect(presses.once('a-word-of-this-page-1', failing)).rejects.toThrow('busy')
  const answer = await presses.once('a-word-of-this-page-1', async () => new Response('done'))
  expect(await answer.text()).toBe('done')
})

test('presses are forgotten after a while, and the oldest first when there are very many', async () => {
  let now = 0
  const presses = openPresses(() => now, world.runtime.database.presses)
  const press = (word: string) => presses.once(word, async () => new Response(word))
  await press('word-0')
  now = 10 * 60_000
  expect(await (await presses.find('word-0'))?.text()).toBe('word-0')
  now += 1
  expect(await presses.find('word-0')).toBeUndefined()
})

test('every form for admins that does something says which press it is', () => {
  const files = readdirSync('app/admin', { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.tsx'))
  const plain = files.flatMap((file) =>
    [...readFileSync(`app/admin/${file}`, 'utf8').matchAll(/<form[^>]*method="post"[^>]*>/g)].map(([form]) => form),
  )
  // Signing in and out are known by what they do, and a file may be fetched twice.
  const isAlike = /action="\/api\/admin\/(login|login\/code|logout)"| data-download=""/
  expect(plain.filter((form) => !isAlike.test(form))).toEqual([])
  expect(files.length).toBeGreaterThan(10)
})
