import { expect, test } from 'vitest'
import { accountAction } from '@/lib/shop/audit'

test('a line of the record about an account concerns no order and no money', () => {
  const actor = { email: 'olga@shop.example', role: null, address: '::1' }
  const about = { orderId: null, notificationId: null, transactionId: null, outcomeOf: null }
  const line = { at: 7, actor, action: 'signed_in', ...about }
  expect(accountAction('signed_in', actor, 7)).toEqual({ ...line, detail: {} })
  expect(accountAction('signed_in', actor, 7, { by: 'code' })).toEqual({ ...line, detail: { by: 'code' } })
})
