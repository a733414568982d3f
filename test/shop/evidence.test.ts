import { expect, test } from 'vitest'
import { linesOf } from '@/lib/shop/evidence'

test('what WeChat said stands in lines, flat or nested', () => {
  expect(linesOf({ trade_state: 'SUCCESS', attach: '' })).toEqual([
    ['trade_state', 'SUCCESS'],
    ['attach', ''],
  ])
  const amount = { total: 6800, currency: 'CNY' }
  const nested = {
    amount,
    promotion_detail: [{ coupon_id: '1' }, { coupon_id: '2' }],
    payer: null,
    paid: true,
    none: {},
  }
  expect(linesOf(nested)).toEqual([
    ['amount.total', '6800'],
    ['amount.currency', 'CNY'],
    ['promotion_detail.0.coupon_id', '1'],
    ['promotion_detail.1.coupon_id', '2'],
    ['payer', 'null'],
    ['paid', 'true'],
  ])
})
