import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../world'

let world: World
let own: { id: string; headers: { authorization: string } }

beforeEach(async () => {
  world = await openWorld()
  const created = await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const { id, token } = (await created.json()) as { id: string; token: string }
  own = { id, headers: { authorization: `Bearer ${token}` } }
})
afterEach(() => world.close())

const call = async (act: string, body: unknown = {}) => {
  const answer = await world.json(`/api/orders/${own.id}/${act}`, body, own.headers)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test('confirming a paid order answers with the whole order, as often as it is asked', async () => {
  const { body } = await call('prepay', { channel: 'native' })
  await world.phone.pay(String(body.outTradeNo))
  const first = await call('confirm')
  expect(first).toMatchObject({ status: 200, body: { id: own.id, status: 'paid', amountFen: 6800 } })
  expect(first.body.transactionId).toMatch(/^42\d{26}$/)
  expect(await call('confirm')).toEqual(first)
  const read = await world.fetch(`/api/orders/${own.id}`, { headers: own.headers })
  expect(await read.json()).toEqual(first.body)
})

test.each(['confirm', 'cancel'])('while WeChat does not answer, to %s says so instead of guessing', async (act) => {
  await call('prepay', { channel: 'native' })
  world.wire.isCut = true
  expect(await call(act)).toMatchObject({ status: 502, body: { code: 'wechat_unavailable' } })
  world.wire.isCut = false
  expect((await call(act)).status).toBe(200)
})
