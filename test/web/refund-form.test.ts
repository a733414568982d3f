import { expect, test } from 'vitest'
import { NO_CONTACT } from '@/lib/shop/contact'
import { fen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import {
  confirmedFields,
  emptyRefundForm,
  type RefundForm,
  readConfirmed,
  readReason,
  readRefundForm,
  refundFormFields,
  wantedOf,
} from '@/lib/web/refund-form'

const name = { zh: '茶', en: 'Tea' }
const ORDER: Order = {
  id: '0order0000000000000000000',
  status: 'paid',
  lines: [
    { productId: 'tea-longjing', name, quantity: 2, priceFen: fen(6800) },
    { productId: 'ware-tray', name, quantity: 1, priceFen: fen(19_800) },
  ],
  amountFen: fen(33_400),
  currency: 'CNY',
  createdAt: 1_000,
  heldUntil: null,
  expiresAt: 2_000,
  paidAt: 1_500,
  closedAt: null,
  transactionId: '4200000963',
  shippedAt: null,
  trackingNumber: null,
  contact: NO_CONTACT,
  version: 2,
}

const EMPTY = emptyRefundForm(ORDER)
const filled = (form: Partial<RefundForm>): RefundForm => ({ ...EMPTY, reason: 'broken', ...form })
const wanted = (form: Partial<RefundForm>) => wantedOf(filled(form), ORDER, [])
const refused = (reason: string) => ({ ok: false, reason })

test('whole is all that is left, with all of its pieces', () => {
  expect(wanted({ what: 'whole' })).toEqual({
    ok: true,
    wanted: {
      amountFen: 33_400,
      lines: [
        { productId: 'tea-longjing', quantity: 2 },
        { productId: 'ware-tray', quantity: 1 },
      ],
      reason: 'broken',
      returnsStock: true,
    },
  })
})

test('pieces come to what they cost, in wide digits too', () => {
  const pieces = new Map([
    ['tea-longjing', ' １ '],
    ['ware-tray', ''],
  ])
  expect(wanted({ what: 'lines', pieces })).toMatchObject({
    ok: true,
    wanted: { amountFen: 6800, lines: [{ productId: 'tea-longjing', quantity: 1 }] },
  })
})

test.each([
  ['', '', 'none at all'],
  ['0', '0', 'none in all'],
  ['3', '', 'more than there are'],
  ['-1', '1', 'fewer than none'],
  ['1.5', '', 'half a piece'],
  ['two', '', 'a word'],
])('pieces %j and %j are refused: %s', (tea, tray) => {
  const pieces = new Map([
    ['tea-longjing', tea],
    ['ware-tray', tray],
  ])
  expect(wanted({ what: 'lines', pieces })).toEqual(refused('invalid_refund_lines'))
})

test.each([
  ['0', 'invalid_refund_amount'],
  ['0.00', 'invalid_refund_amount'],
  ['-1', 'invalid_refund_amount'],
  ['0.005', 'invalid_refund_amount'],
  ['1e3', 'invalid_refund_amount'],
  ['', 'invalid_refund_amount'],
  ['all', 'invalid_refund_amount'],
  ['334.01', 'refund_too_much'],
])('an amount of %j is refused as %s', (yuan, reason) => {
  expect(wanted({ what: 'amount', yuan })).toEqual(refused(reason))
})

test('an amount alone moves no pieces, and so no stock', () => {
  expect(wanted({ what: 'amount', yuan: '¥334', returnsStock: true })).toMatchObject({
    ok: true,
    wanted: { amountFen: 33_400, lines: [], returnsStock: false },
  })
})

test.each([
  ['', 'reason_required'],
  [' \n\t ', 'reason_required'],
  ['茶'.repeat(27), 'reason_too_long'],
  ['x'.repeat(81), 'reason_too_long'],
])('a reason of %j is refused as %s', (text, reason) => {
  expect(readReason(text)).toEqual(refused(reason))
})

test('a reason is one line of at most 80 bytes', () => {
  expect(readReason('茶'.repeat(26))).toMatchObject({ ok: true })
  expect(readReason(' a\r\n b ')).toEqual({ ok: true, text: 'a b' })
})

test('what a form says comes back from its address, and nothing from one that says nothing', () => {
  const form = filled({ what: 'lines', pieces: new Map([['tea-longjing', '2']]), returnsStock: false })
  const read = readRefundForm(refundFormFields(form), ORDER)
  expect(read && [...read.pieces]).toEqual([
    ['tea-longjing', '2'],
    ['ware-tray', ''],
  ])
  expect(read).toMatchObject({ what: 'lines', yuan: '', reason: 'broken', returnsStock: false })
  expect(readRefundForm({ yuan: '5' }, ORDER)).toBeNull()
})

test('what was read before a press is what is pressed', () => {
  const read = wanted({ what: 'whole' })
  if (!read.ok) throw new Error(read.reason)
  expect(readConfirmed(new URLSearchParams(confirmedFields(read.wanted)))).toEqual(read)
})
