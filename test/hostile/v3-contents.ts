import type { Verdict } from '@/lib/shop/notification'
import {
  known,
  malformed,
  notification,
  paidContent,
  type Row,
  refundContent,
  type Subject,
  type V3Scene,
} from './v3-scene'

/* Messages that WeChat signed and sealed, whose content is not ours, not possible, or not true. */

const inside = (
  name: string,
  plain: string | ((content: Record<string, unknown>, scene: V3Scene) => unknown),
  verdict: Verdict = 'malformed',
) =>
  malformed(
    name,
    (it) => notification(it, typeof plain === 'string' ? plain : plain(paidContent(it, it.held), it)),
    verdict,
  )
const rawInside = (name: string, change: (text: string) => string) =>
  inside(name, (content) => change(JSON.stringify(content)))

export const CONTENTS: Row[] = [
  inside('XML inside', '<xml><return_code>SUCCESS</return_code></xml>'),
  inside('a list inside', '[]'),
  inside('null inside', 'null'),
  inside('a text inside', '"SUCCESS"'),
  inside('an empty object inside', '{}', 'not_ours'),
  inside('lists 10,000 deep inside', '['.repeat(10_000) + ']'.repeat(10_000)),
  rawInside('a byte order mark inside', (it) => `\ufeff${it}`),
  rawInside('a NUL inside', (it) => it.replace('成功', '\\u0000')),
  rawInside('its number twice', (it) => it.replace('"out_trade_no"', '"out_trade_no":"x","out_trade_no"')),
  rawInside('its amount twice', (it) => it.replace('"amount"', '"amount":{"total":1},"amount"')),
  rawInside('its total twice', (it) => it.replace('"total"', '"total":1,"total"')),
  rawInside('a comma too many inside', (it) => it.replace(/\}$/, ',}')),
]

const field = (name: string, value: unknown, verdict: Verdict) =>
  inside(`${name}: ${JSON.stringify(value)?.slice(0, 40) ?? 'missing'}`, (it) => ({ ...it, [name]: value }), verdict)

export const FIELDS: Row[] = [
  ...['1900000110', '', ' 1900000109', 1_900_000_109, null, undefined, ['1900000109']].map((it) =>
    field('mchid', it, 'not_ours'),
  ),
  ...['wx0000000000000000', '', 'WXD930EA5D5A258F4F', null, undefined, { a: 1 }].map((it) =>
    field('appid', it, 'not_ours'),
  ),
  ...['NOTPAY', 'CLOSED', 'REFUND', 'USERPAYING', 'success', '', null, undefined, true].map((it) =>
    field('trade_state', it, 'malformed'),
  ),
  ...['', 'x'.repeat(33), 'a b', '../x', 42, null, undefined, ['x']].map((it) =>
    field('out_trade_no', it, 'malformed'),
  ),
  ...['', 'x'.repeat(33), 'a b', 42, null, undefined].map((it) => field('transaction_id', it, 'malformed')),
  ...['', 'yesterday', '2026-01-05', '2026-13-05T12:00:01+08:00', '20260105120001', 1_772_330_465, null, undefined].map(
    (it) => field('success_time', it, 'malformed'),
  ),
  field('amount', undefined, 'malformed'),
  field('amount', null, 'malformed'),
  field('amount', 6800, 'malformed'),
  field('amount', [], 'malformed'),
  field('amount', '{"total":1}', 'malformed'),
]

const amount = (name: string, total: (subject: Subject) => string, verdict: Verdict) =>
  inside(
    `a total ${name}`,
    (content, { held }) => JSON.stringify(content).replace(/"total":\d+/, `"total":${total(held)}`),
    verdict,
  )
const money = (name: string, changes: Record<string, unknown>, verdict: Verdict) =>
  inside(
    name,
    (content, { held }) => ({ ...content, amount: { total: held.amountFen, currency: 'CNY', ...changes } }),
    verdict,
  )

export const AMOUNTS: Row[] = [
  amount('as a text', ({ amountFen }) => `"${amountFen}"`, 'malformed'),
  amount('as an empty text', () => '""', 'malformed'),
  amount('with a fraction', ({ amountFen }) => `${amountFen}.5`, 'malformed'),
  amount('with a fraction of nothing', ({ amountFen }) => `${amountFen}.0`, 'malformed'),
  amount('with an exponent', ({ amountFen }) => `${amountFen}e0`, 'malformed'),
  amount('below nothing', ({ amountFen }) => `-${amountFen}`, 'malformed'),
  amount('of minus nothing', () => '-0', 'malformed'),
  amount('of null', () => 'null', 'malformed'),
  amount('of true', () => 'true', 'malformed'),
  amount('in a list', ({ amountFen }) => `[${amountFen}]`, 'malformed'),
  amount('in an object', ({ amountFen }) => `{"value":${amountFen}}`, 'malformed'),
  amount('beyond what numbers keep apart', () => '9007199254740993', 'malformed'),
  amount('of infinite size', () => '1e999', 'malformed'),
  amount('of 400 digits', () => '9'.repeat(400), 'malformed'),
  amount('of a trillion', () => '1000000000000', 'malformed'),
  amount('with a leading zero', ({ amountFen }) => `0${amountFen}`, 'malformed'),
  amount('a fen too low', ({ amountFen }) => String(amountFen - 1), 'wrong_amount'),
  amount('a fen too high', ({ amountFen }) => String(amountFen + 1), 'wrong_amount'),
  amount('a hundred times as much', ({ amountFen }) => String(amountFen * 100), 'wrong_amount'),
  amount('of nothing', () => '0', 'wrong_amount'),
  money('dollars', { currency: 'USD' }, 'wrong_amount'),
  money('a currency in small letters', { currency: 'cny' }, 'wrong_amount'),
  money('a currency of 17 characters', { currency: 'C'.repeat(17) }, 'malformed'),
  money('a currency that is a number', { currency: 1 }, 'malformed'),
  money('a total from a prototype', { total: undefined, ['__proto__']: 1, constructor: { total: 1 } }, 'malformed'),
  inside('a total that only a prototype has', (content) =>
    JSON.stringify({ ...content, amount: undefined }).replace(
      /\}$/,
      ',"__proto__":{"amount":{"total":1,"currency":"CNY"}}}',
    ),
  ),
]

const of = (
  subject: (scene: V3Scene) => Subject,
  changes: Record<string, unknown>,
  name: string,
  verdict: Verdict,
): Row => malformed(name, (it) => notification(it, { ...paidContent(it, subject(it)), ...changes }), verdict)

export const NUMBERS: Row[] = [
  of(({ held }) => held, { out_trade_no: 'nobody-ordered-this' }, 'a number of nobody', 'unknown_payment'),
  of(({ waiting }) => waiting, {}, 'a payment that nobody paid', 'contradicted'),
  of(({ closed }) => closed, {}, 'a payment that was closed', 'contradicted'),
  of(({ held }) => held, { transaction_id: '4200009999202601059999999999' }, 'another transaction', 'contradicted'),
  of(({ paid }) => paid, { attach: 'x&total=1' }, 'attached data that looks like a field', 'already'),
  of(({ paid }) => paid, { payer: { openid: null } }, 'nobody who paid', 'already'),
  of(
    ({ paid }) => paid,
    { amount: { total: 1, payer_total: 1 } },
    'a known payment with another total',
    'wrong_amount',
  ),
  malformed(
    'a coupon: the payer gave less',
    (it) => {
      const { amountFen } = it.paid
      const amounts = { total: amountFen, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' }
      return notification(it, { ...paidContent(it, it.paid), amount: amounts })
    },
    'already',
  ),
  malformed(
    'a key that every object has',
    (it) => known(it).replace('{"id"', '{"__proto__":{"id":"x"},"id"'),
    'already',
  ),
  malformed(
    'a key that is a function',
    (it) => known(it).replace('{"id"', '{"constructor":null,"toString":1,"id"'),
    'already',
  ),
  malformed('fields that are new', (it) => known(it, { outer: { version: 4, extra: { a: [1.5, 1e300] } } }), 'already'),
  malformed('no original type', (it) => known(it, { resource: { original_type: undefined } }), 'already'),
  malformed('no time of its making', (it) => known(it, { outer: { create_time: undefined } }), 'already'),
]

// Events

const event = (name: string, type: string, plain: (scene: V3Scene) => unknown, verdict: Verdict) =>
  malformed(name, (it) => notification(it, plain(it), { event: type }), verdict)
const ofRefund = (name: string, changes: Record<string, unknown>, verdict: Verdict) =>
  event(name, 'REFUND.SUCCESS', (it) => ({ ...refundContent(it, it.paid), ...changes }), verdict)

export const EVENTS: Row[] = [
  ...[
    'PAYSCORE.USER_PAID',
    'COUPON.USE',
    'MCHTRANSFER.BATCH.FINISHED',
    'TRANSACTION.PAY_BACK',
    'REFUND.PROCESSING',
  ].map((type) => event(`an event that is new here: ${type}`, type, (it) => paidContent(it, it.held), 'unknown_event')),
  event('a new event that names nobody', 'FAPIAO.ISSUED', () => ({ state: 'ISSUED' }), 'unknown_event'),
  event(
    'a new event of another merchant',
    'COUPON.SEND',
    (it) => ({ ...paidContent(it, it.held), mchid: '1' }),
    'not_ours',
  ),
  event('a payment inside a refund’s event', 'REFUND.SUCCESS', (it) => paidContent(it, it.held), 'malformed'),
  event(
    'a refund inside a payment’s event',
    'TRANSACTION.SUCCESS',
    (it) => ({ ...refundContent(it, it.held), appid: it.appid }),
    'malformed',
  ),
  ofRefund('a refund of nobody', {}, 'unknown_refund'),
  ofRefund('a refund of another merchant', { mchid: '1900000110' }, 'not_ours'),
  ofRefund('a refund of another appid', { appid: 'wx0000000000000000' }, 'not_ours'),
  ofRefund('a refund whose state is another', { refund_status: 'CLOSED' }, 'malformed'),
  ofRefund('a refund that goes on', { refund_status: 'PROCESSING' }, 'malformed'),
  ofRefund('a refund’s state by its other name', { refund_status: undefined, status: 'SUCCESS' }, 'malformed'),
  ofRefund('a refund without a number', { out_refund_no: undefined }, 'malformed'),
  ofRefund('a refund of 65 characters', { out_refund_no: 'R'.repeat(65) }, 'malformed'),
  ofRefund('a refund of nothing', { amount: { total: 100, refund: 0 } }, 'malformed'),
  ofRefund('a refund of more than was paid', { amount: { total: 100, refund: 101 } }, 'malformed'),
  ofRefund('a refund as a text', { amount: { total: 100, refund: '1' } }, 'malformed'),
  ofRefund('a refund with a fraction', { amount: { total: 100, refund: 0.5 } }, 'malformed'),
  ofRefund('a refund at no time', { success_time: 'soon' }, 'malformed'),
]
