import { PROBE_PREFIX } from '@/lib/wechat/v3/sign'
import type { Case } from '../case'
import { otherEnd } from '../numbers'
import { bodyOf, genuine, type Subject, signed, unsigned, withContent } from './subject'

const SIGNATURE = 'wechatpay-signature'
const SERIAL = 'wechatpay-serial'
/** Well past the five minutes that are allowed. */
const EXPIRED_SECONDS = 10 * 60

/** Who is not WeChat. */
export const FORGERIES: Case<Subject>[] = [
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

/** The same length and still Base64, but not the signature. */
function otherBeginning(text: string): string {
  return `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`
}

function otherTag(ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return bytes.toString('base64')
}
