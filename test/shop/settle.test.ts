import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Payment } from '@/lib/shop/payment'
import { type Settlement, settle } from '@/lib/shop/settle'
import type { Shop } from '@/lib/shop/shop'
import { sampleResult } from '../db/samples'
import { openWorld, type World } from '../world'
import { tradeOf } from './answers'

const CAUSE = { kind: 'worker', id: 'test' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** A shop that loses so many races, and tells what it did. */
function watched({ lost = 0 } = {}) {
  const done: string[] = []
  let races = lost
  const { store } = world.shop
  const shop: Shop = {
    ...world.shop,
    store: {
      ...store,
      findSituation: (outTradeNo, transactionId) => {
        done.push('read')
        return store.findSituation(outTradeNo, transactionId)
      },
      commit: async (change) => {
        races -= 1
        if (races >= 0) return false
        done.push('wrote')
        return store.commit(change)
      },
    },
    announce: () => void done.push('announced'),
    log: { ...world.shop.log, warn: (event, fields) => void done.push(`${event} ${JSON.stringify(fields)}`) },
  }
  return { shop, done }
}

const settled = (shop: Shop, payment: Payment, changes = {}, isRefunded = false) =>
  settle(shop, { trade: tradeOf(payment, changes), isRefunded }, CAUSE)

test('money is written in one step and told to whoever watches; the same again is neither', async () => {
  const { payment } = await world.order()
  const { shop, done } = watched()
  expect(await settled(shop, payment)).toBe('applied')
  expect(done).toEqual(['read', 'wrote', 'announced'])
  done.length = 0
  expect(await settled(shop, payment)).toBe('already')
  expect(done).toEqual(['read', 'wrote'])
})

test('a lost race is run again with what the other has written, and not for ever', async () => {
  const { order, payment } = await world.order()
  const { shop, done } = watched({ lost: 4 })
  expect(await settled(shop, payment)).toBe('applied')
  expect(done).toEqual(['read', 'read', 'read', 'read', 'read', 'wrote', 'announced'])
  expect(await world.statusOf(order)).toBe('paid')

  const second = await world.order()
  const loser = watched({ lost: 5 })
  await expect(settled(loser.shop, second.payment, { transactionId: '42' })).rejects.toThrow(
    'lost against other writers too often: worker test',
  )
  expect(loser.done).toEqual(['read', 'read', 'read', 'read', 'read'])
  expect(await world.statusOf(second.order)).toBe('pending')
})

test('the situation that a notification found is used, and read anew only when somebody wrote meanwhile', async () => {
  for (const lost of [0, 1]) {
    const { payment } = await world.order()
    const trade = tradeOf(payment, { transactionId: `42${lost}` })
    const situation = await world.shop.store.findSituation(payment.outTradeNo, trade.transactionId)
    if (situation === null) throw new Error('no payment')
    const { shop, done } = watched({ lost })
    const results: string[] = []
    const resultOf = (settlement: Settlement) => {
      results.push(settlement)
      return sampleResult(1, settlement)
    }
    expect(await settle(shop, { trade, isRefunded: false }, CAUSE, { situation, resultOf })).toBe('applied')
    expect(done).toEqual([...(lost ? ['read'] : []), 'wrote', 'announced'])
    expect(results).toEqual(lost ? ['applied', 'applied'] : ['applied'])
  }
})

test('money for a number that is not ours is kept all the same', async () => {
  const { payment } = await world.order()
  const { shop, done } = watched()
  const trade = { ...tradeOf(payment), outTradeNo: '20260301000000unknown' }
  expect(await settle(shop, { trade, isRefunded: false }, CAUSE)).toBe('unknown_payment')
  expect(done).toEqual(['read', 'wrote'])
  const record = { ...trade, orderId: null, outcome: 'unknown_order', seenBy: 'query', seenAt: world.now() }
  expect(await world.shop.store.findTransaction(trade.transactionId)).toEqual(record)
})

test('a notification whose number is gone by the time it is settled says so', async () => {
  const { payment } = await world.order()
  const trade = tradeOf(payment)
  const situation = await world.shop.store.findSituation(payment.outTradeNo, trade.transactionId)
  if (situation === null) throw new Error('no payment')
  const { shop } = watched({ lost: 1 })
  const store = { ...shop.store, findSituation: async () => null }
  const told: string[] = []
  const resultOf = (settlement: Settlement) => {
    told.push(settlement)
    return sampleResult(1, settlement)
  }
  const notification = { situation, resultOf }
  expect(await settle({ ...shop, store }, { trade, isRefunded: false }, CAUSE, notification)).toBe('unknown_payment')
  expect(told).toEqual(['applied', 'unknown_payment'])
})

test('money that somebody has to look at is told in the log', async () => {
  const { payment } = await world.order()
  const { outTradeNo } = payment
  const told = async (changes: object, isRefunded = false) => {
    const { shop, done } = watched()
    const settlement = await settled(shop, payment, changes, isRefunded)
    return [settlement, done.filter((line) => !/^(read|wrote|announced)$/.test(line))]
  }
  const look = (settlement: string) => `money_needs_a_look ${JSON.stringify({ settlement, outTradeNo })}`
  const back = `money_went_back ${JSON.stringify({ outTradeNo })}`
  expect(await told({ transactionId: '1', paidFen: 1 })).toEqual(['wrong_amount', [look('wrong_amount')]])
  expect(await told({ transactionId: '2' })).toEqual(['applied', []])
  expect(await told({ transactionId: '3' })).toEqual(['stray', [look('stray')]])
  expect(await told({ transactionId: '2' })).toEqual(['already', []])
  expect(await told({ transactionId: '2' }, true)).toEqual(['already', [back]])
})
