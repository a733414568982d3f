import { afterEach, beforeEach, expect, test } from 'vitest'
import { shipOrder, trackOrder } from '@/lib/shop/admin-actions'
import { maskContact, NO_CONTACT } from '@/lib/shop/contact'
import { orderNumberOf } from '@/lib/shop/order'
import { openWorld, type World } from '../world'

const ACTOR = { email: 'op@example.com', role: 'operator', address: '127.0.0.1' } as const
const ITEMS = { items: [{ productId: 'tea-longjing', quantity: 1 }] }
const CONTACT = { email: 'Li.Lei@Example.com', phone: '+86 138 0013 8000', address: '杭州市\n西湖区 1 号', note: '' }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function ordered(contact: Record<string, string> = CONTACT) {
  return (await world.json('/api/orders', { ...ITEMS, contact })).json()
}
async function lookUp(number: string, contact: string) {
  const answer = await world.json('/api/orders/lookup', { number, contact })
  const { code, id } = await answer.json()
  return code ?? id
}

test('an order is found by its number and what was left with it, however both are written', async () => {
  const { id, number } = await ordered()
  expect(number).toBe(orderNumberOf(id))
  for (const typed of [number, number.toLowerCase(), ` ${number.replace('-', ' ')} `]) {
    for (const contact of ['13800138000', '138-0013-8000', 'li.lei@example.com', ' LI.LEI@EXAMPLE.COM']) {
      expect([typed, contact, await lookUp(typed, contact)]).toEqual([typed, contact, id])
    }
  }
})

test('who knows less is told the same as who made it up', async () => {
  const { number } = await ordered()
  const { number: nothingLeft } = await ordered({})
  const tries = [
    [number, '13800138001'],
    [number, '8000'],
    [number, 'li.lei@example.co'],
    [number, '-'],
    ['00000-00000', '13800138000'],
    ['no number', '13800138000'],
    [nothingLeft, '13800138000'],
    [nothingLeft, '-'],
  ] as const
  const answers = await Promise.all(tries.map(([typed, contact]) => lookUp(typed, contact)))
  expect(new Set(answers)).toEqual(new Set(['order_not_found']))
})

test('a number is tried only so often, from whatever addresses', async () => {
  await world.restart({ RATE_LIMITS: 'on' })
  const { number, id } = await ordered()
  const taken = []
  for (let n = 0; n < 21; n += 1)
    taken.push(await world.runtime.limits.consume([{ limit: 'lookupsOfNumber', key: id.slice(0, 10) }]))
  expect(taken.at(-1)?.isAllowed).toBe(false)
  expect(await lookUp(number, '13800138000')).toBe('too_many_requests')
})

test('what a buyer leaves is kept on one line each, for them and for operators, and in no list', async () => {
  const { id, token } = await ordered()
  const headers = { authorization: `Bearer ${token}` }
  const { contact } = await (await world.fetch(`/api/orders/${id}`, { headers })).json()
  expect(contact).toEqual({
    email: 'Li.Lei@Example.com',
    phone: '+86 138 0013 8000',
    address: '杭州市 西湖区 1 号',
    note: null,
  })
})

test('whoever need not know a buyer sees that something was left, and not what', () => {
  const contact = { email: 'li@example.com', phone: '13800138000', address: 'Hangzhou', note: 'ring twice' }
  expect(maskContact(contact)).toEqual({ email: 'l***@example.com', phone: '138****00', address: '***', note: '***' })
  expect(maskContact(NO_CONTACT)).toEqual(NO_CONTACT)
})

test('a parcel gets its number when it leaves or afterwards, each with its entry in the record', async () => {
  const { order, payment } = await world.order()
  expect(await trackOrder(world.shop, order.id, 'SF1234567890', ACTOR)).toEqual({ ok: false, reason: 'not_shipped' })
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await shipOrder(world.shop, order.id, ACTOR, 'SF1234567890')).toEqual({ ok: true })
  expect(await trackOrder(world.shop, order.id, 'SF1234567891', ACTOR)).toEqual({ ok: true })
  expect((await world.shop.store.findOrder(order.id))?.order.trackingNumber).toBe('SF1234567891')
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  expect(history?.actions.map(({ action, detail }) => [action, detail])).toEqual([
    ['order_shipped', { before: 'paid', after: 'shipped', trackingNumber: 'SF1234567890' }],
    ['order_tracked', { before: 'SF1234567890', after: 'SF1234567891' }],
  ])
})
