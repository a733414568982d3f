import type { Case } from '../case'
import { otherAmount, unknownNumber } from '../numbers'
import { moneyCases, untrueCases, variantCases } from '../shared-cases'
import { FORGERIES } from './forgeries'
import { REFUND_CASES } from './refund-cases'
import { amountOf, genuine, type Subject, withContent } from './subject'

const COUPONS = 30

/** The number of fen that stands in the encrypted part. */
function totalOf({ content: { amount } }: Subject): number {
  return typeof amount === 'object' && amount !== null && 'total' in amount ? Number(amount.total) : 0
}

const UNTRUE = untrueCases<Subject>({
  genuine,
  ofUnknownNumber: (subject) => withContent(subject, { out_trade_no: unknownNumber() }),
  ofOtherAmount: (subject) => withContent(subject, { amount: amountOf(otherAmount(totalOf(subject))) }),
  ofFailedPayment: (subject) => withContent(subject, { trade_state: 'PAYERROR' }),
})

/** Genuine, and written in a way that is allowed. */
const VARIANTS: Case<Subject>[] = [
  ...variantCases<Subject>({
    withNewField: (subject) =>
      genuine({ ...subject, extra: { region: 'CN' }, content: { ...subject.content, promotion_note: 'spring' } }),
    withSpaceAtEnd: (subject) => withContent(subject, { attach: `${subject.content.attach ?? 'shop'} ` }),
    withCoupons: (subject) => withContent(subject, couponsOf(totalOf(subject))),
    withEmoji: (subject) =>
      genuine({ ...subject, extra: { note: '龙井🍵' }, content: { ...subject.content, note: '龙井🍵𠮷' } }),
  }),
  {
    name: 'unheard-of event',
    title: 'an event_type that does not exist yet',
    stage: 'paid',
    write: (subject) => genuine({ ...subject, event: 'TRANSACTION.UNHEARD_OF' }),
    answer: 'either',
    paid: 'may',
    means: {},
  },
]

/** What the buyer paid is less than the amount. */
function couponsOf(total: number): Record<string, unknown> {
  const count = Math.min(COUPONS, Math.max(0, total - 1))
  const promotions = Array.from({ length: count }, (_, place) => ({
    coupon_id: String(10_000 + place),
    name: '春茶',
    scope: 'GLOBAL',
    type: 'CASH',
    amount: 1,
    currency: 'CNY',
  }))
  return { amount: amountOf(total, total - count), promotion_detail: promotions }
}

/** In the order in which they are played: what shares a payment goes from what may not touch it to what pays it. */
export const V3_CASES: Case<Subject>[] = [...FORGERIES, ...UNTRUE, ...moneyCases(genuine), ...VARIANTS, ...REFUND_CASES]
