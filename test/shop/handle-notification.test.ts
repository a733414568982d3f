import { afterEach, beforeEach, expect, test } from 'vitest'
import { explainNotification, processNotification } from '@/lib/shop/handle-notification'
import type { Verdict } from '@/lib/shop/notification'
import type { Payment } from '@/lib/shop/payment'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'
import { messageOf, type Script, scripted, tradeOf } from './answers'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function processed(shop: Shop, message: ReturnType<typeof messageOf>) {
  const id = await shop.store.insertNotification({ ...message, receivedAt: shop.now(), replayOf: null })
  const verdict = await processNotification(shop, id, message)
  const result = (await world.shop.store.findNotification(id))?.result
  expect(result?.verdict).toBe(verdict)
  return { verdict, result, checks: result?.checks.slice(5) }
}

const ours = (payment: Payment) => ({ name: 'known_payment', passed: true, detail: payment.outTradeNo })
const paid = { name: 'outcome', passed: true, detail: null }
const amount = { name: 'amount', passed: true, detail: '6800 CNY' }

type Row = [script: Script, verdict: Verdict, query: string, isAskedAgain: boolean]
test.each<Row>([
  [['query paid'], 'applied', 'paid', false],
  [['query paid_and_refunded'], 'applied', 'paid', false],
  [['query refunded'], 'applied', 'refunded', false],
  [['query unpaid'], 'contradicted', 'unpaid', false],
  [['query closed'], 'contradicted', 'closed', false],
  [['query missing'], 'contradicted', 'missing', false],
  [['query unknown'], 'query_failed', 'timeout', true],
])('a signed notification of money, and then %j: %s', async (script, verdict, query, isAskedAgain) => {
  const { payment } = await world.order()
  const { shop, left } = scripted(world.shop, script)
  const done = await processed(shop, messageOf(payment))
  const isPaid = verdict === 'applied'
  expect(done.checks).toEqual([
    ours(payment),
    paid,
    amount,
    { name: 'query', passed: isPaid, detail: query },
    ...(isPaid ? [{ name: 'settled', passed: true, detail: 'applied' }] : []),
  ])
  expect([done.verdict, left]).toEqual([verdict, []])
  expect(done.result).toMatchObject({ kind: 'payment', orderId: payment.orderId, claimedFen: 6800 })
  expect(done.result?.queryAnswer).not.toBeNull()
  const after = await world.shop.store.findPayment(payment.outTradeNo)
  expect(after?.nextCheckAt === world.now()).toBe(isAskedAgain)
})

test('money of another transaction than the one that WeChat names is contradicted', async () => {
  const { order, payment } = await world.order()
  const { shop } = scripted(world.shop, ['query paid'])
  expect((await processed(shop, messageOf(payment, { transaction_id: '42' }))).verdict).toBe('contradicted')
  expect(await world.statusOf(order)).toBe('pending')
})

test('known money is not asked about again, unless it was known of another number', async () => {
  const { payment } = await world.order()
  await processed(scripted(world.shop, ['query paid']).shop, messageOf(payment))
  const again = await processed(scripted(world.shop, []).shop, messageOf(payment))
  const settled = { name: 'settled', passed: true, detail: 'already' }
  expect(again).toMatchObject({ verdict: 'already', checks: [ours(payment), paid, amount, settled] })
  const other = await world.order()
  const twice = await processed(scripted(world.shop, ['query paid']).shop, messageOf(other.payment))
  expect(twice.verdict).toBe('contradicted')
  expect(twice.checks?.at(-1)).toEqual({ name: 'settled', passed: false, detail: 'contradicted' })
})

test.each([
  [{ total_fee: '1' }, '1 CNY'],
  [{ fee_type: 'USD' }, '6800 USD'],
])('of another amount (%j) there is a record, and the worker asks at once', async (changes, detail) => {
  const { payment } = await world.order()
  const done = await processed(scripted(world.shop, []).shop, messageOf(payment, changes))
  expect(done.verdict).toBe('wrong_amount')
  expect(done.checks).toEqual([ours(payment), paid, { name: 'amount', passed: false, detail }])
  const { transactionId } = tradeOf(payment)
  const record = { outcome: 'mismatch', seenBy: 'notification', seenAt: world.now(), orderId: payment.orderId }
  expect(await world.shop.store.findTransaction(transactionId)).toMatchObject(record)
  expect((await world.shop.store.findPayment(payment.outTradeNo))?.nextCheckAt).toBe(world.now())
})

test('a signed notification of a number that is not ours is kept, of money with its amount', async () => {
  const { payment } = await world.order()
  const unknown = { ...payment, outTradeNo: '20260301000000unknown' }
  const failed = await processed(world.shop, messageOf(unknown, { result_code: 'FAIL', err_code: 'NOTENOUGH' }))
  const notOurs = { name: 'known_payment', passed: false, detail: unknown.outTradeNo }
  expect(failed).toMatchObject({ verdict: 'unknown_payment', checks: [notOurs] })
  expect(await world.shop.store.findTransaction(tradeOf(payment).transactionId)).toBeNull()
  const money = await processed(world.shop, messageOf(unknown))
  expect(money).toMatchObject({ verdict: 'unknown_payment', checks: [notOurs], result: { orderId: null } })
  const record = await world.shop.store.findTransaction(tradeOf(payment).transactionId)
  expect(record).toMatchObject({ outcome: 'unknown_order', orderId: null })
})

test('a signed notification that a payment failed is acknowledged with its code, and nothing is queried', async () => {
  const { payment } = await world.order()
  const { shop } = scripted(world.shop, [])
  const done = await processed(shop, messageOf(payment, { result_code: 'FAIL', err_code: 'NOTENOUGH' }))
  const failed = { name: 'outcome', passed: false, detail: 'NOTENOUGH' }
  expect(done).toMatchObject({
    verdict: 'payment_failed',
    checks: [ours(payment), failed],
    result: { reply: 'acknowledge' },
  })
})

test('a message is believed in the type that its payment was made with, and in no other', async () => {
  const { order } = await world.order([{ productId: 'tea-longjing', quantity: 1 }])
  const [first] = await world.paymentsOf(order)
  if (first === undefined) throw new Error('no payment')
  const { shop } = scripted(world.shop, ['query paid'])
  const hmac = { ...first, signType: 'HMAC-SHA256' }
  const store = {
    ...shop.store,
    findSituation: async (outTradeNo: string, transactionId: string | null) => {
      const found = await world.shop.store.findSituation(outTradeNo, transactionId)
      return found && { ...found, payment: { ...found.payment, signType: hmac.signType } }
    },
  }
  const signedWith = (type: 'MD5' | 'HMAC-SHA256') =>
    processed({ ...shop, store }, messageOf(first, type === 'MD5' ? {} : { sign_type: type }, { type }))
  expect((await signedWith('MD5')).verdict).toBe('bad_signature')
  expect((await signedWith('HMAC-SHA256')).verdict).toBe('applied')
})

test('a message is explained by the type that its payment was made with', async () => {
  const { payment } = await world.order()
  const { shop } = world
  const findPayment = async (outTradeNo: string) =>
    outTradeNo === payment.outTradeNo ? { ...payment, signType: 'HMAC-SHA256' } : null
  const explained = (message: ReturnType<typeof messageOf>) =>
    explainNotification({ ...shop, store: { ...shop.store, findPayment } }, message)
  const cause = 'unexpected_sign_type'
  expect(await explained(messageOf(payment))).toMatchObject({ isRight: false, mistake: { cause } })
  const hmac = messageOf(payment, { sign_type: 'HMAC-SHA256' }, { type: 'HMAC-SHA256' })
  expect(await explained(hmac)).toMatchObject({ isRight: true, mistake: null })
  const unknown = { ...payment, outTradeNo: '20260301000000unknown' }
  expect(await explained(messageOf(unknown))).toMatchObject({ isRight: true, mistake: null })
})

test('a payment is read once for a message, whatever becomes of it', async () => {
  const { payment } = await world.order()
  const { shop } = scripted(world.shop, ['query paid'])
  let reads = 0
  const findSituation: Shop['store']['findSituation'] = (...args) => {
    reads += 1
    return world.shop.store.findSituation(...args)
  }
  await processed({ ...shop, store: { ...shop.store, findSituation } }, messageOf(payment))
  expect(reads).toBe(1)
})
