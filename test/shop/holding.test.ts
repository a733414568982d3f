import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOTHING_HELD, orderableOf, refuseHolding } from '@/lib/shop/holding'
import { QUANTITY_MAX, UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { fen } from '@/lib/shop/money'

const line = (quantity: number, productId = 'tea') => ({
  productId,
  quantity,
  name: { zh: '茶', en: 'Tea' },
  priceFen: fen(100),
})
const held = (pieces: number, orders = pieces > 0 ? 1 : 0) => ({ orders, pieces: new Map([['tea', pieces]]) })
const NOBODY = { buyer: NOTHING_HELD, address: NOTHING_HELD }
const stock = (pieces: number) => new Map([['tea', pieces]])
const reasonOf = (quantity: number, pieces: number, of: Partial<typeof NOBODY> = {}) =>
  refuseHolding([line(quantity)], stock(pieces), { ...NOBODY, ...of })?.reason ?? null

test.each([
  [1, 0, 'sold_out'],
  [1, 1, null],
  [2, 2, null],
  [3, 3, 'share_exceeded'],
  [2, 3, null],
  [3, 5, null],
  [4, 5, 'share_exceeded'],
  [12, 24, null],
  [13, 24, 'share_exceeded'],
  [25, 24, 'sold_out'],
])('an order of %i out of %i is answered with %s', (quantity, pieces, expected) => {
  expect(reasonOf(quantity, pieces)).toBe(expected)
})

test('what a buyer keeps already counts, and what others keep does not', () => {
  expect(reasonOf(1, 12, { buyer: held(12) })).toBe('share_exceeded')
  expect(reasonOf(6, 12, { buyer: held(0) })).toBeNull()
})

test('an address may keep more than one of its buyers, and not all', () => {
  expect(reasonOf(6, 12, { address: held(12) })).toBeNull()
  expect(reasonOf(7, 12, { buyer: held(0), address: held(12) })).toBe('share_exceeded')
  expect(reasonOf(1, 5, { address: held(11) })).toBeNull()
  expect(reasonOf(1, 4, { address: held(12) })).toBe('share_exceeded')
  expect(reasonOf(1, 1, { address: held(2) })).toBe('share_exceeded')
})

test.each(['buyer', 'address'] as const)('a %s with very many unpaid orders gets no more', (holder) => {
  const max = UNPAID_ORDERS_MAX[holder]
  expect(reasonOf(1, 24, { [holder]: held(0, max - 1) })).toBeNull()
  expect(refuseHolding([line(1)], stock(24), { ...NOBODY, [holder]: held(0, max) })).toEqual({
    reason: 'too_many_unpaid_orders',
    productId: null,
  })
})

test('the line that is in the way is named', () => {
  const lines = [line(1), line(9, 'pot')]
  expect(refuseHolding(lines, new Map([...stock(5), ['pot', 10]]), NOBODY)).toEqual({
    reason: 'share_exceeded',
    productId: 'pot',
  })
})

test('whatever somebody without unpaid orders is offered can be ordered, and one piece more cannot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), (pieces) => {
      const most = orderableOf(pieces)
      expect(most).toBeLessThanOrEqual(Math.min(pieces, QUANTITY_MAX))
      if (most > 0) expect(reasonOf(most, pieces)).toBeNull()
      if (most < QUANTITY_MAX) expect(reasonOf(most + 1, pieces)).not.toBeNull()
    }),
  )
})

test('one address never takes the last of what there is more than two of, however it goes about it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }),
      (pieces, wishes) => {
        let taken = 0
        for (const quantity of wishes) {
          const own = held(taken)
          const refused = refuseHolding([line(quantity)], stock(pieces - taken), { buyer: NOTHING_HELD, address: own })
          if (refused === null) taken += quantity
        }
        expect(taken).toBeLessThan(pieces)
      },
    ),
  )
})
