import type { Case } from '../case'
import { otherEnd } from '../numbers'
import { type Subject, signed, withFields, written, xml } from './subject'

const OTHER_KEY = '0'.repeat(32)

/** Who is not WeChat. Nothing here may be acknowledged, whatever WeChat's books say of the order. */
export const FORGERIES: Case<Subject>[] = [
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
      const { body } = signed(subject)
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
