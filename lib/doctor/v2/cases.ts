import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Case } from '../case'
import { otherAmount, unknownNumber } from '../numbers'
import { moneyCases, untrueCases, variantCases } from '../shared-cases'
import { ENTITY_CASES } from './entity-cases'
import { FORGERIES } from './forgeries'
import { REFUND_CASES } from './refund-cases'
import { type Subject, signed, withFields, written, xml } from './subject'

const COUPONS = 30

const genuine = (subject: Subject) => signed(subject)

const UNTRUE = untrueCases<Subject>({
  genuine,
  ofUnknownNumber: (subject) => withFields(subject, { out_trade_no: unknownNumber() }),
  ofOtherAmount: (subject) => {
    const fee = String(otherAmount(Number(subject.fields.total_fee)))
    return withFields(subject, { total_fee: fee, cash_fee: fee })
  },
  ofFailedPayment: (subject) => withFields(subject, { result_code: 'FAIL', err_code: 'NOTENOUGH' }),
})

/** Genuine, and written in a way that is allowed. */
const VARIANTS: Case<Subject>[] = [
  {
    name: 'empty field',
    title: 'with an empty device_info',
    stage: 'own',
    write: (subject) => withFields(subject, { device_info: '' }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'signs_empty_fields' },
  },
  ...variantCases<Subject>({
    withNewField: (subject) => withFields(subject, { promotion_note: 'spring' }),
    withSpaceAtEnd: (subject) => withFields(subject, { attach: `${subject.fields.attach ?? 'shop'} ` }),
    withCoupons: (subject) => withFields(subject, couponsOf(Number(subject.fields.total_fee))),
    withEmoji: (subject) =>
      withFields(subject, { [subject.fields.attach === undefined ? 'attach' : 'note']: '龙井🍵𠮷' }),
  }),
]

/** Right in the key, and doubtful in the form: either answer is right, but there has to be one. */
const DOUBTFUL: Case<Subject>[] = [
  {
    name: 'lower case',
    title: 'its sign in lower case',
    stage: 'paid',
    write: ({ fields, apiKey, signType }) => written({ ...fields, sign: sign(fields, apiKey, signType).toLowerCase() }),
    answer: 'either',
    paid: 'may',
    means: {},
  },
  {
    name: 'other type',
    title: 'of the other type than the order, and says so',
    stage: 'paid',
    write: ({ fields, apiKey, signType }) => {
      const other = otherType(signType)
      return signed({ fields: { ...fields, sign_type: other }, apiKey, signType: other })
    },
    answer: 'either',
    paid: 'may',
    means: {},
  },
  {
    name: 'other type unsaid',
    title: 'of the other type than the order, without sign_type',
    stage: 'paid',
    write: ({ fields: { sign_type: _, ...fields }, apiKey, signType }) =>
      signed({ fields, apiKey, signType: otherType(signType) }),
    answer: 'either',
    paid: 'may',
    means: {},
  },
  {
    name: 'other root',
    title: 'the root is not xml',
    stage: 'paid',
    write: ({ fields, apiKey, signType }) =>
      xml(writeXml({ ...fields, sign: sign(fields, apiKey, signType) }, undefined, 'root')),
    answer: 'either',
    paid: 'may',
    means: {},
  },
]

function otherType(signType: Subject['signType']): Subject['signType'] {
  return signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
}

/** A discount of all but a fen, as far as thirty coupons go: what the buyer paid is less than the amount. */
function couponsOf(totalFee: number): Fields {
  const count = Math.min(COUPONS, Math.max(0, totalFee - 1))
  const each = Object.fromEntries(
    Array.from({ length: count }, (_, place) => [
      [`coupon_id_${place}`, String(10_000 + place)],
      [`coupon_type_${place}`, 'CASH'],
      [`coupon_fee_${place}`, '1'],
    ]).flat(),
  )
  return { ...each, coupon_count: String(count), coupon_fee: String(count), cash_fee: String(totalFee - count) }
}

/** In the order in which they are played: what shares a payment goes from what may not touch it to what pays it. */
export const V2_CASES: Case<Subject>[] = [
  ...FORGERIES,
  ...UNTRUE,
  ...moneyCases(genuine),
  ...VARIANTS,
  ...ENTITY_CASES,
  ...DOUBTFUL,
  ...REFUND_CASES,
]
