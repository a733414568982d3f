import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Case } from '../case'
import type { Message } from '../message'
import { newNonce, otherAmount, otherEnd } from '../numbers'
import { ENTITY_CASES } from './entity-cases'
import { REFUND_CASES } from './refund-cases'
import { type Subject, signed, written, xml } from './subject'

/** Signed rightly, some fields being others. */
function withFields(subject: Subject, fields: Fields): Message {
  return signed({ ...subject, fields: { ...subject.fields, ...fields } })
}

const OTHER_KEY = '0'.repeat(32)
const COUPONS = 30

const genuine = (subject: Subject) => signed(subject)

/** Who is not WeChat. Nothing here may be acknowledged, whatever WeChat's books say of the order. */
const FORGERIES: Case<Subject>[] = [
  {
    name: 'forged',
    title: 'signed with another key',
    stage: 'refused',
    write: (subject) => signed({ ...subject, apiKey: OTHER_KEY }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_signature_check', paid: 'no_signature_check' },
  },
  {
    name: 'unsigned',
    title: 'without a sign',
    stage: 'refused',
    write: ({ fields }) => written(fields),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'accepts_unsigned', paid: 'accepts_unsigned' },
  },
  {
    name: 'empty sign',
    title: 'with an empty sign',
    stage: 'refused',
    write: ({ fields }) => written({ ...fields, sign: '' }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'accepts_unsigned', paid: 'accepts_unsigned' },
  },
  {
    name: 'forged HMAC',
    title: 'HMAC-SHA256 by its sign_type, signed with another key',
    stage: 'refused',
    write: ({ fields }) =>
      signed({ fields: { ...fields, sign_type: 'HMAC-SHA256' }, apiKey: OTHER_KEY, signType: 'HMAC-SHA256' }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'lets_sign_type_decide', paid: 'lets_sign_type_decide' },
  },
  {
    name: 'unheard-of type',
    title: 'a sign_type that does not exist, and a sign that is none',
    stage: 'refused',
    write: ({ fields }) => written({ ...fields, sign_type: 'NONE', sign: 'undefined' }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'lets_sign_type_decide', paid: 'lets_sign_type_decide' },
  },
  {
    name: 'cut',
    title: 'the second half is missing',
    stage: 'refused',
    write: (subject) => {
      const { body } = genuine(subject)
      return xml(body.slice(0, body.length / 2))
    },
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'reads_cut', paid: 'reads_cut' },
  },
  {
    name: 'other merchant',
    title: "rightly signed, with another merchant's number",
    stage: 'refused',
    write: (subject) => withFields(subject, { mch_id: otherEnd(subject.fields.mch_id ?? '') }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_merchant_check', paid: 'no_merchant_check' },
  },
  {
    name: 'other appid',
    title: 'rightly signed, with another appid',
    stage: 'refused',
    write: (subject) => withFields(subject, { appid: otherEnd(subject.fields.appid ?? '') }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_merchant_check', paid: 'no_merchant_check' },
  },
]

/** Rightly signed, and not true: WeChat's query says otherwise. */
const UNTRUE: Case<Subject>[] = [
  {
    name: 'unknown number',
    title: 'rightly signed, for an order that nobody placed',
    stage: 'unpaid',
    write: (subject) => withFields(subject, { out_trade_no: `doctor${newNonce().slice(0, 20)}` }),
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'acknowledges_unknown' },
  },
  {
    name: 'other amount',
    title: 'rightly signed, over another amount, for an order that nobody paid',
    stage: 'unpaid',
    write: (subject) => {
      const fee = String(otherAmount(Number(subject.fields.total_fee)))
      return withFields(subject, { total_fee: fee, cash_fee: fee })
    },
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_amount_check', paid: 'no_amount_check' },
  },
  {
    name: 'failed payment',
    title: 'rightly signed, result_code FAIL',
    stage: 'unpaid',
    write: (subject) => withFields(subject, { result_code: 'FAIL', err_code: 'NOTENOUGH' }),
    answer: 'either',
    paid: 'never',
    needsStatus: true,
    means: { paid: 'ignores_result' },
  },
  {
    name: 'contradicted',
    title: 'rightly signed and right in all, but WeChat says that nobody paid',
    stage: 'unpaid',
    write: genuine,
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'acknowledges_before_storing', paid: 'trusts_notice' },
  },
]

/** Money that is there. */
const MONEY: Case<Subject>[] = [
  {
    name: 'genuine',
    title: 'as WeChat sends it',
    stage: 'own',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'refuses_genuine' },
  },
  {
    name: 'repeated',
    title: 'the same once more',
    stage: 'same',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'fails_repeats' },
  },
  {
    name: 'query fails',
    title: 'genuine while the order query is out of order, then again',
    stage: 'own',
    way: 'while_query_fails',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'never_recovers' },
  },
  {
    name: 'other amount taken',
    title: 'WeChat took another amount than was asked, and says so',
    stage: 'own_other_amount',
    write: genuine,
    answer: 'either',
    paid: 'never',
    means: { paid: 'no_amount_check' },
  },
  {
    name: 'at once',
    title: 'five times at once, then once more',
    stage: 'own',
    way: 'five_at_once',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'fails_repeats' },
  },
  {
    name: 'late money',
    title: 'paid when the order was closed already',
    stage: 'closed',
    write: genuine,
    answer: 'either',
    paid: 'never',
    needsStatus: true,
    means: { paid: 'paid_after_close' },
  },
  {
    name: 'early',
    title: 'before the answer of unifiedorder',
    stage: 'early',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'loses_early' },
  },
  {
    name: 'float amount',
    title: 'an amount that is lost in floating point, such as 19.90',
    stage: 'own_float',
    write: genuine,
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'float_money' },
  },
]

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
  {
    name: 'new field',
    title: 'with a field that does not exist yet',
    stage: 'own',
    write: (subject) => withFields(subject, { promotion_note: 'spring' }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'drops_new_fields' },
  },
  {
    name: 'space at the end',
    title: 'attach ends with a space',
    stage: 'own',
    write: (subject) => withFields(subject, { attach: `${subject.fields.attach ?? 'shop'} ` }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'trims_values' },
  },
  {
    name: '30 coupons',
    title: 'paid with thirty coupons',
    stage: 'own',
    write: (subject) => withFields(subject, couponsOf(Number(subject.fields.total_fee))),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'confuses_coupons' },
  },
  {
    name: 'emoji',
    title: 'with characters of four bytes',
    stage: 'own',
    write: (subject) => withFields(subject, { [subject.fields.attach === undefined ? 'attach' : 'note']: '龙井🍵𠮷' }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'breaks_characters' },
  },
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
  ...MONEY,
  ...VARIANTS,
  ...ENTITY_CASES,
  ...DOUBTFUL,
  ...REFUND_CASES,
]
