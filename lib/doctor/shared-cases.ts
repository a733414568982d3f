import type { Case } from './case'

type Write<Subject> = Case<Subject>['write']

/** Messages that are rightly signed, in the words of one API. */
type Untrue<Subject> = {
  genuine: Write<Subject>
  ofUnknownNumber: Write<Subject>
  ofOtherAmount: Write<Subject>
  ofFailedPayment: Write<Subject>
}

/** Rightly signed, and not true: WeChat's query says otherwise. */
export function untrueCases<Subject>(write: Untrue<Subject>): Case<Subject>[] {
  return [
    {
      name: 'unknown number',
      title: 'rightly signed, for an order that nobody placed',
      stage: 'unpaid',
      write: write.ofUnknownNumber,
      answer: 'retry',
      paid: 'may',
      means: { acknowledged: 'acknowledges_unknown' },
    },
    {
      name: 'other amount',
      title: 'rightly signed, over another amount, for an order that nobody paid',
      stage: 'unpaid',
      write: write.ofOtherAmount,
      answer: 'retry',
      paid: 'never',
      means: { acknowledged: 'no_amount_check', paid: 'no_amount_check' },
    },
    {
      name: 'failed payment',
      title: 'rightly signed, and the payment failed',
      stage: 'unpaid',
      write: write.ofFailedPayment,
      answer: 'either',
      paid: 'never',
      needsStatus: true,
      means: { paid: 'ignores_result' },
    },
    {
      name: 'contradicted',
      title: 'rightly signed and right in all, but WeChat says that nobody paid',
      stage: 'unpaid',
      write: write.genuine,
      answer: 'retry',
      paid: 'never',
      means: { acknowledged: 'acknowledges_before_storing', paid: 'trusts_notice' },
    },
  ]
}

/** Money that is there, and told of as WeChat does. */
export function moneyCases<Subject>(genuine: Write<Subject>): Case<Subject>[] {
  return [
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
}

/** Genuine messages in ways that are allowed and that few have seen, in the words of one API. */
type Variants<Subject> = {
  withNewField: Write<Subject>
  withSpaceAtEnd: Write<Subject>
  withCoupons: Write<Subject>
  withEmoji: Write<Subject>
}

/** Genuine, and written in a way that is allowed. */
export function variantCases<Subject>(write: Variants<Subject>): Case<Subject>[] {
  const variant = { stage: 'own', answer: 'acknowledge', paid: 'must' } as const
  return [
    {
      ...variant,
      name: 'new field',
      title: 'with a field that does not exist yet',
      write: write.withNewField,
      means: { refused: 'drops_new_fields' },
    },
    {
      ...variant,
      name: 'space at the end',
      title: 'attach ends with a space',
      write: write.withSpaceAtEnd,
      means: { refused: 'trims_values' },
    },
    {
      ...variant,
      name: '30 coupons',
      title: 'paid with thirty coupons',
      write: write.withCoupons,
      means: { refused: 'confuses_coupons' },
    },
    {
      ...variant,
      name: 'emoji',
      title: 'with characters of four bytes',
      write: write.withEmoji,
      means: { refused: 'breaks_characters' },
    },
  ]
}

/** Refunds that are there, and told of as WeChat does. */
export function refundCases<Subject>(genuine: Write<Subject>): Case<Subject>[] {
  const asked = { stage: 'refund', write: genuine, answer: 'acknowledge', paid: 'may' } as const
  return [
    {
      name: 'refund in the console',
      title: 'made by hand in the merchant console',
      stage: 'console_refund',
      write: genuine,
      answer: 'either',
      paid: 'may',
      means: {},
    },
    {
      ...asked,
      name: 'refund',
      title: 'of a refund that the program asked for',
      means: { refused: 'refuses_refund' },
    },
    {
      ...asked,
      name: 'refund repeated',
      title: 'the same once more',
      means: { refused: 'refuses_refund' },
    },
  ]
}
