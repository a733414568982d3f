import { PROBE_PREFIX } from '@/lib/wechat/v3/sign'
import type { Case } from '../case'
import { newNonce, otherAmount, otherEnd } from '../numbers'
import { REFUND_CASES } from './refund-cases'
import { amountOf, bodyOf, type Subject, signed, unsigned } from './subject'

const SIGNATURE = 'wechatpay-signature'
const SERIAL = 'wechatpay-serial'
/** Well past the five minutes that are allowed. */
const EXPIRED_SECONDS = 10 * 60
const COUPONS = 30

const genuine = (subject: Subject) => signed(subject, bodyOf(subject))
const withContent = (subject: Subject, content: Record<string, unknown>) =>
  genuine({ ...subject, content: { ...subject.content, ...content } })

/** The number of fen that stands in the encrypted part. */
function totalOf({ content: { amount } }: Subject): number {
  return typeof amount === 'object' && amount !== null && 'total' in amount ? Number(amount.total) : 0
}

/** The same length and still Base64, but not the signature. */
const otherBeginning = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`

/** Who is not WeChat. */
const FORGERIES: Case<Subject>[] = [
  {
    name: 'forged',
    title: 'another signature',
    stage: 'refused',
    write: (subject) =>
      signed(subject, bodyOf(subject), {
        change: (it) => ({ ...it, [SIGNATURE]: otherBeginning(it[SIGNATURE] ?? '') }),
      }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_signature_check', paid: 'no_signature_check' },
  },
  {
    name: 'altered',
    title: 'signed, and one blank was added to the body',
    stage: 'refused',
    write: async (subject) => {
      const { headers, body } = await genuine(subject)
      return { headers, body: `${body} ` }
    },
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_signature_check', paid: 'no_signature_check' },
  },
  {
    name: 'unsigned',
    title: 'without Wechatpay headers',
    stage: 'refused',
    write: (subject) => unsigned(bodyOf(subject)),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'accepts_unsigned', paid: 'accepts_unsigned' },
  },
  {
    name: 'probe',
    title: `its signature begins with ${PROBE_PREFIX}`,
    stage: 'refused',
    write: (subject) =>
      signed(subject, bodyOf(subject), {
        change: (it) => ({ ...it, [SIGNATURE]: `${PROBE_PREFIX}${(it[SIGNATURE] ?? '').slice(PROBE_PREFIX.length)}` }),
      }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'accepts_probe', paid: 'accepts_probe' },
  },
  {
    name: 'expired',
    title: 'rightly signed ten minutes ago',
    stage: 'refused',
    write: (subject) => signed(subject, bodyOf(subject), { ageSeconds: EXPIRED_SECONDS }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'ignores_timestamp', paid: 'ignores_timestamp' },
  },
  {
    name: 'other serial',
    title: 'rightly signed, and names a key that nobody has',
    stage: 'refused',
    write: (subject) =>
      signed(subject, bodyOf(subject), { change: (it) => ({ ...it, [SERIAL]: otherEnd(it[SERIAL] ?? '') }) }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'ignores_serial', paid: 'ignores_serial' },
  },
  {
    name: 'other key',
    title: 'rightly signed, encrypted under another v3 key',
    stage: 'refused',
    write: (subject) => genuine({ ...subject, v3Key: otherEnd(subject.v3Key) }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'skips_tag', paid: 'skips_tag' },
  },
  {
    name: 'altered tag',
    title: 'rightly signed, one byte of the tag is another',
    stage: 'refused',
    write: (subject) => signed(subject, bodyOf(subject, otherTag)),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'skips_tag', paid: 'skips_tag' },
  },
  {
    name: 'cut',
    title: 'rightly signed, the second half is missing',
    stage: 'refused',
    write: (subject) => {
      const body = bodyOf(subject)
      return signed(subject, body.slice(0, body.length / 2))
    },
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'reads_cut', paid: 'reads_cut' },
  },
  {
    name: 'other merchant',
    title: "rightly signed, with another merchant's number",
    stage: 'refused',
    write: (subject) => withContent(subject, { mchid: otherEnd(String(subject.content.mchid)) }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_merchant_check', paid: 'no_merchant_check' },
  },
  {
    name: 'other appid',
    title: 'rightly signed, with another appid',
    stage: 'refused',
    write: (subject) => withContent(subject, { appid: otherEnd(String(subject.content.appid)) }),
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
    write: (subject) => withContent(subject, { out_trade_no: `doctor${newNonce().slice(0, 20)}` }),
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'acknowledges_unknown' },
  },
  {
    name: 'other amount',
    title: 'rightly signed, over another amount, for an order that nobody paid',
    stage: 'unpaid',
    write: (subject) => withContent(subject, { amount: amountOf(otherAmount(totalOf(subject))) }),
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'no_amount_check', paid: 'no_amount_check' },
  },
  {
    name: 'failed payment',
    title: 'rightly signed, trade_state PAYERROR',
    stage: 'unpaid',
    write: (subject) => withContent(subject, { trade_state: 'PAYERROR' }),
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
    title: 'the same once more, signed afresh',
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
    title: 'before the answer of the order call',
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
    name: 'new field',
    title: 'with fields that do not exist yet, outside and inside',
    stage: 'own',
    write: (subject) =>
      genuine({ ...subject, extra: { region: 'CN' }, content: { ...subject.content, promotion_note: 'spring' } }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'drops_new_fields' },
  },
  {
    name: 'space at the end',
    title: 'attach ends with a space',
    stage: 'own',
    write: (subject) => withContent(subject, { attach: `${subject.content.attach ?? 'shop'} ` }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'trims_values' },
  },
  {
    name: '30 coupons',
    title: 'paid with thirty coupons',
    stage: 'own',
    write: (subject) => withContent(subject, couponsOf(totalOf(subject))),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'confuses_coupons' },
  },
  {
    name: 'emoji',
    title: 'with characters of four bytes, outside and inside',
    stage: 'own',
    write: (subject) =>
      genuine({ ...subject, extra: { note: '龙井🍵' }, content: { ...subject.content, note: '龙井🍵𠮷' } }),
    answer: 'acknowledge',
    paid: 'must',
    means: { refused: 'breaks_characters' },
  },
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

function otherTag(ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return bytes.toString('base64')
}

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
export const V3_CASES: Case<Subject>[] = [...FORGERIES, ...UNTRUE, ...MONEY, ...VARIANTS, ...REFUND_CASES]
