import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import { StoreUnavailable } from '@/lib/shop/store'
import { openWorld, type World } from '../world'
import { openCuttingProxy } from './cutting-proxy'
import { newDatabase } from './postgres'
import { created, sampleAudit, sampleOrder, sampleProduct } from './samples'

/** Every commit of the shop ends a message with this. */
const COMMIT = '; commit'
const FATES = ['lost', 'answer lost', 'answered with a warning'] as const
const ANY = { action: null, email: null, orderId: null }

let url: string
let proxy: Awaited<ReturnType<typeof openCuttingProxy>>
const ends: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  url = await newDatabase()
  proxy = await openCuttingProxy(Number(new URL(url).port))
  ends.push(proxy.close)
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function addressFor(address: string, role: string | undefined): string {
  return role === undefined ? address : Object.assign(new URL(address), { username: role, password: role }).href
}

/** The database's address on the wire that can be cut, with settings of the connection. */
function throughProxy(settings: Record<string, string> = {}, role?: string): string {
  const address = new URL(addressFor(url, role))
  address.port = String(proxy.port)
  for (const [name, value] of Object.entries(settings)) address.searchParams.set(name, value)
  return address.href
}

async function opened(settings: Record<string, string> = {}): Promise<Database> {
  const database = await openDatabase(throughProxy(settings), { goods: [sampleProduct('tea', 5)] })
  ends.push(database.close)
  return database
}

/** A whole shop on the wire that can be cut. */
async function openShop(role?: string): Promise<World> {
  const world = await openWorld({ DATABASE_URL: throughProxy({}, role) })
  ends.push(world.close)
  return world
}

/** Somebody else on the same server, past the shop and its wire. */
async function connected(role?: string): Promise<Client> {
  const client = new Client({ connectionString: addressFor(url, role) })
  await client.connect()
  ends.push(() => client.end())
  return client
}

const audits = async ({ store }: Database) => (await store.listAudit({ filter: ANY, before: null, limit: 100 })).length

test.each(['lost', 'answer lost'] as const)(
  'a connection that is cut in a commit (%s) has it looked up, and what was to be written is there once',
  async (fate) => {
    const database = await opened()
    await database.store.insertAudit(sampleAudit())
    proxy.decide(COMMIT, fate)
    await database.store.insertAudit(sampleAudit())
    expect(proxy.isWaiting()).toBe(false)
    expect(await audits(database)).toBe(2)
  },
)

test('a commit whose outcome cannot be looked up is not called done, whichever it was', {
  timeout: 20_000,
}, async () => {
  const database = await opened({ query_timeout: '500', statement_timeout: '400' })
  await database.store.insertAudit(sampleAudit())
  const other = await connected()
  // Every commit has a row there.
  await other.query('begin; lock table commits in access exclusive mode')
  await expect(database.store.insertAudit(sampleAudit())).rejects.toThrow(StoreUnavailable)
  await other.query('rollback')
  await database.store.insertAudit(sampleAudit())
  expect(await audits(database)).toBe(2)
})

test('a commit that is on the server alone, and not on its standby, is not called done', async () => {
  const database = await opened()
  proxy.decide(COMMIT, 'answered with a warning')
  await expect(database.store.insertAudit(sampleAudit())).rejects.toThrow(/not known to be on the standby/)
  await database.store.insertAudit(sampleAudit())
})

test('nor is one that was looked up, until the standby has it', async () => {
  const database = await opened()
  await database.store.insertAudit(sampleAudit())
  proxy.decide(COMMIT, 'answer lost')
  proxy.decide('update commits', 'answered with a warning')
  // The second look-up has no warning.
  await database.store.insertAudit(sampleAudit())
  expect(proxy.isWaiting()).toBe(false)
  expect(await audits(database)).toBe(2)
})

test('a server whose connections are all cut is used again at once', async () => {
  const { store } = await opened()
  const order = sampleOrder('tea', 1)
  await store.insertOrder(order, created(order), null)
  proxy.cutAll()
  expect((await store.findOrder(order.id))?.order.id).toBe(order.id)
  proxy.cutAll()
  await store.insertAudit(sampleAudit())
})

test('a server that falls silent is given up, and used again when it speaks', async () => {
  const database = await opened({ query_timeout: '300' })
  await database.store.insertAudit(sampleAudit())
  proxy.silence(true)
  const silent = await Promise.allSettled([database.store.listProducts(), database.store.insertAudit(sampleAudit())])
  expect(silent).toMatchObject(Array(2).fill({ reason: { name: 'StoreUnavailable' } }))
  proxy.silence(false)
  expect(await database.store.listProducts()).toHaveLength(1)
  await database.store.insertAudit(sampleAudit())
  expect(await audits(database)).toBe(2)
})

test.each([
  ['only reads', 'default_transaction_read_only = on'],
  ['does not wait for its disk', 'synchronous_commit = off'],
])('a server that comes back and %s is not used until that is over', async (_, setting) => {
  const database = await opened()
  await database.store.insertAudit(sampleAudit())
  const other = await connected()
  const name = new URL(url).pathname.slice(1)
  await other.query(`alter database ${name} set ${setting}`)
  proxy.cutAll()
  await expect(database.store.listProducts()).rejects.toThrow(StoreUnavailable)
  await expect(database.store.insertAudit(sampleAudit())).rejects.toThrow(StoreUnavailable)
  await other.query('set default_transaction_read_only = off')
  await other.query(`alter database ${name} reset all`)
  await database.store.insertAudit(sampleAudit())
  expect(await audits(database)).toBe(2)
})

test('a start waits for as long as another program is changing the tables', async () => {
  const other = await connected()
  await other.query('begin; lock table migrations in exclusive mode')
  const start = opened({ statement_timeout: '100' })
  await new Promise((resolve) => setTimeout(resolve, 300))
  await other.query('commit')
  expect(await (await start).store.listProducts()).toHaveLength(1)
})

test('what waits too long for somebody else’s lock is given up by itself, and the rest goes on', async () => {
  const database = await opened({ statement_timeout: '300' })
  const other = await connected()
  await other.query('begin; lock table products in access exclusive mode')
  const order = sampleOrder('tea', 1)
  const [blocked, beside] = await Promise.allSettled([
    database.store.insertOrder(order, created(order), null),
    database.store.insertAudit(sampleAudit()),
  ])
  expect(blocked).toMatchObject({ reason: { name: 'StoreUnavailable' } })
  expect(beside).toMatchObject({ status: 'fulfilled' })
  await expect(database.store.listProducts()).rejects.toThrow(StoreUnavailable)
  await other.query('rollback')
  expect((await database.store.insertOrder(order, created(order), null)).ok).toBe(true)
})

/** The commits of a notification; the row of the query's call comes with the second one. */
const [OF_THE_MESSAGE, OF_ITS_RESULT] = [0, 1]

test('whatever becomes of a notification’s commits, WeChat hears what is on the disk, and each order is paid once', async () => {
  const world = await openShop()
  let orders = 0
  for (const fate of FATES) {
    for (const skip of [OF_THE_MESSAGE, OF_ITS_RESULT]) {
      const { order, payment } = await world.order()
      proxy.decide(COMMIT, fate, skip)
      await world.phone.pay(payment.outTradeNo)
      await world.advance(1_000)
      expect(proxy.isWaiting()).toBe(false)
      // A warning is a doubt, and a doubt is no acknowledgement.
      expect(await acknowledged(world)).toBe(orders + (fate === 'answered with a warning' ? 0 : 1))
      await world.advance(16_000)
      orders += 1
      expect(await acknowledged(world)).toBe(orders)
      expect(await world.statusOf(order)).toBe('paid')
    }
  }
})

test('while others hold all connections everybody is told to come again, and then all goes on by itself', async () => {
  const role = await limitedRole()
  const world = await openShop(role)
  const { order, payment } = await world.order()
  proxy.refuse(true)
  const others = await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => connected(role)))
  proxy.refuse(false)

  await world.phone.pay(payment.outTradeNo)
  await world.runtime.emulator?.runDue()
  expect((await world.weChat()).deliveries).toMatchObject([{ outcome: 'refused' }, { outcome: 'waiting' }])
  for (const answer of [await world.fetch('/api/products'), await world.json('/api/orders', ONE_TEA)]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  }

  for (const other of others) await other.end()
  expect((await world.fetch('/api/products')).status).toBe(200)
  expect((await world.json('/api/orders', ONE_TEA)).status).toBe(201)
  await world.advance(16_000)
  expect(await acknowledged(world)).toBe(1)
  expect(await world.statusOf(order)).toBe('paid')
})

const ONE_TEA = { items: [{ productId: 'tea-longjing', quantity: 1 }] }
const CONNECTIONS_MAX = 4

/** Somebody who may use the database on so many connections only. */
async function limitedRole(): Promise<string> {
  const role = new URL(url).pathname.slice(1)
  const owner = await connected()
  await owner.query(`create role ${role} login password '${role}' connection limit ${CONNECTIONS_MAX}`)
  ends.push(() => owner.query(`drop owned by ${role}; drop role ${role}`))
  for (const all of ['tables', 'sequences']) await owner.query(`grant all on all ${all} in schema public to ${role}`)
  await owner.query(`grant all on schema public to ${role}`)
  return role
}

/** How many notifications WeChat got an acknowledgement for. */
async function acknowledged(world: World): Promise<number> {
  return (await world.weChat()).deliveries.filter(({ outcome }) => outcome === 'accepted').length
}
