import { createHash } from 'node:crypto'
import type { WeaknessId } from '@/lib/doctor/weaknesses/weaknesses'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import type { Fields } from '@/lib/wechat/v2/sign'
import { type Merchant, SOUND } from './merchant'

const { apiKey } = DEMO_ACCOUNT

/** A program with one weakness, what it is called, and the cases in which it shows. */
export type Weak = { parts: Partial<Merchant>; named: WeaknessId; failing: string[] }

/** Every case in which a genuine notification has to be acknowledged the first time. */
const FIRST_TIMES = [
  ...['genuine', 'query fails', 'at once', 'early', 'float amount'],
  ...['empty field', 'new field', 'space at the end', '30 coupons', 'emoji'],
]
/** Every case in which something has to be acknowledged. */
const ACKNOWLEDGED = [...FIRST_TIMES, 'repeated', 'refund', 'refund repeated']

const page = (html: string) => new Response(html, { headers: { 'content-type': 'text/html' } })
const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase()

/** Signs as somebody does who did not read on: everything, also what is empty. */
function signAll({ sign: _, ...fields }: Fields): string {
  const pairs = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return md5([...pairs.map(([name, value]) => `${name}=${value}`), `key=${apiKey}`].join('&'))
}

/** Reads like a parser that does what a DOCTYPE asks for. */
async function readWithEntities(body: string): Promise<Fields | null> {
  const entities = new Map<string, string>()
  for (const [, name = '', address = ''] of body.matchAll(/<!ENTITY (\w+) SYSTEM "([^"]+)">/g)) {
    entities.set(name, await (await fetch(address)).text())
  }
  const [, dtd] = /<!DOCTYPE \w+ SYSTEM "([^"]+)">/.exec(body) ?? []
  if (dtd !== undefined) await fetch(dtd)
  const [, document = ''] = /(<xml>[\s\S]*)$/.exec(body) ?? []
  return SOUND.read(document.replace(/&(\w+);/g, (whole, name) => entities.get(name) ?? whole))
}

export const WEAK: Record<string, (clock: { ms: number }) => Weak> = {
  'does not compare the amount': () => ({
    parts: { isAmount: () => true },
    named: 'no_amount_check',
    failing: ['other amount taken'],
  }),
  'computes fen from floating yuan': () => ({
    parts: { isAmount: (order, totalFee) => (order.totalFee / 100) * 100 === Number(totalFee) },
    named: 'float_money',
    failing: ['float amount'],
  }),
  'does not verify the signature': () => ({
    parts: { isSigned: () => true },
    named: 'no_signature_check',
    failing: ['forged', 'unsigned', 'empty sign', 'forged HMAC', 'unheard-of type'],
  }),
  'signs empty fields': () => ({
    parts: { isSigned: (fields) => fields.sign === signAll(fields) },
    named: 'signs_empty_fields',
    failing: ['empty field'],
  }),
  'accepts what is not signed': () => ({
    parts: { isSigned: (fields) => !fields.sign || SOUND.isSigned(fields) },
    named: 'accepts_unsigned',
    failing: ['unsigned', 'empty sign'],
  }),
  'answers JSON': () => ({
    parts: { reply: (code) => Response.json({ code, message: 'ok' }) },
    named: 'answers_json',
    failing: ACKNOWLEDGED,
  }),
  'answers FAIL to repeats': () => ({
    parts: { repeated: 'FAIL' },
    named: 'fails_repeats',
    failing: ['repeated', 'at once'],
  }),
  'makes a closed order paid': () => ({
    parts: { isPayable: () => true },
    named: 'paid_after_close',
    failing: ['late money'],
  }),
  'trusts the notification without a query': () => ({
    parts: { confirm: async (notified) => ({ ...notified, trade_state: 'SUCCESS' }) },
    named: 'trusts_notice',
    failing: ['contradicted'],
  }),
  'fetches external entities': () => ({
    parts: { read: readWithEntities },
    named: 'xxe',
    failing: ['foreign entity', 'foreign DTD'],
  }),
  'works for six seconds before it answers': (clock) => ({
    parts: {
      finish: async () => {
        clock.ms += 6_000
      },
    },
    named: 'answers_late',
    // The emulator itself delivers the early one.
    failing: [...FIRST_TIMES.filter((it) => it !== 'early'), 'late money', 'other type'],
  }),
  'redirects to a login': () => ({
    parts: { guard: () => new Response(null, { status: 302, headers: { location: '/login' } }) },
    named: 'redirects',
    failing: ACKNOWLEDGED,
  }),
  'answers before it stores': () => ({
    parts: { isHasty: true },
    named: 'acknowledges_before_storing',
    failing: ['contradicted', 'query fails'],
  }),
  'acknowledges orders that it does not know': () => ({
    parts: { unknown: 'SUCCESS' },
    named: 'acknowledges_unknown',
    failing: ['unknown number'],
  }),
  'breaks when one comes while another is processed': () => {
    let isBusy = false
    const confirm: Merchant['confirm'] = async (_, query) => {
      if (isBusy) throw new Error('a transaction is open already')
      isBusy = true
      return query().finally(() => {
        isBusy = false
      })
    }
    return { parts: { confirm }, named: 'breaks_at_once', failing: ['at once'] }
  },
  'shows a login page': () => ({
    parts: { guard: () => page('<!doctype html><form><input type="password"></form>') },
    named: 'login_wall',
    failing: ACKNOWLEDGED,
  }),
  'prints SUCCESS behind its XML': () => ({
    parts: { reply: (code) => new Response(`<xml><return_code>${code}</return_code></xml>SUCCESS`) },
    named: 'answers_other',
    failing: ACKNOWLEDGED,
  }),
  'does not look whose account it is': () => ({
    parts: { isOurs: () => true },
    named: 'no_merchant_check',
    failing: ['other merchant', 'other appid'],
  }),
  'signs the fields that it knows': () => ({
    parts: { isSigned: ({ note: _, promotion_note: __, ...fields }) => SOUND.isSigned(fields) },
    named: 'drops_new_fields',
    failing: ['new field'],
  }),
  'trims what it reads': () => ({
    parts: {
      read: async (body) => {
        const fields = await SOUND.read(body)
        return fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()]))
      },
    },
    named: 'trims_values',
    failing: ['space at the end'],
  }),
}
