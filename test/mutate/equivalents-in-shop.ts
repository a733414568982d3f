import type { Equivalent } from './equivalents'

const REFUNDS = 'lib/shop/refunds.ts'
const HANDLE = 'lib/shop/handle-notification.ts'
const SITUATION = 'const situation = outTradeNo === null ? null : await situationOf({ outTradeNo, transactionId })'
const MISSING = "if (asked === 'missing') return recordResult(shop, findings, 'unknown_refund')"
const MISSING_IS_NO_REFUND =
  'what WeChat does not know has no number, so it is of no payment and is recorded in the same way'
const NULL_WHERE_LEFT_OUT = 'the record has null for whatever is left out'
const ONLY_CLOSES = 'whatever is not "closes" keeps the order'

/** Changes of the rules after which they do the same. */
export const IN_SHOP: Equivalent[] = [
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'const last = (await shop.store.listOrderEvents(orderId)).at(-1)',
    to: '+1',
    why: 'a closed order has two events: it was made, and it was closed',
  },
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'return last?.cause.kind === cause.kind && last.cause.id === cause.id',
    to: 'last.cause',
    why: 'an order has an event from its making on',
  },
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'const ABOUT_NOTHING: ActionSubject = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: 'lib/shop/checkout.ts',
    code: "const closed = await closeAtWeChat(shop, live, 'keeps', customer(orderId))",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/explain-refunds.ts',
    code: "const refunds = answer.type === 'found' ? answer.refunds : []",
    to: '["Stryker was here"]',
    why: 'a word is no refund of ours and none of the payment, so it explains as little as an empty list',
  },
  {
    file: 'lib/shop/goods.ts',
    code: 'const ABOUT_NOTHING = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: HANDLE,
    code: 'if (ahead === 0) return true',
    to: 'false',
    why: 'its turn has come, so it wins the race at once',
  },
  { file: HANDLE, code: SITUATION, to: 'false', why: 'no payment has no number, so none is found' },
  { file: HANDLE, code: SITUATION, to: '{}', why: 'it was read for the signature, and is read once' },
  {
    file: 'lib/shop/handle-refund-notice.ts',
    code: MISSING,
    to: 'false',
    why: MISSING_IS_NO_REFUND,
  },
  {
    file: 'lib/shop/handle-refund-notice.ts',
    code: MISSING,
    to: '""',
    why: MISSING_IS_NO_REFUND,
  },
  {
    file: 'lib/shop/payment.ts',
    code: 'const CHECKS_AFTER_MS = [5 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]',
    to: '5 / SECOND',
    why: 'no check comes within five seconds, so the first comes after them either way',
  },
  {
    file: 'lib/shop/query.ts',
    code: "await applyClosed(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/query.ts',
    code: "const closed = await close(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/refund.ts',
    code: 'const CHECKS_AFTER_MS = [10 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]',
    to: '10 / SECOND',
    why: 'no check comes within ten seconds, so the first comes after them either way',
  },
  {
    file: REFUNDS,
    code: "if (transactionId === null || payment === undefined) return refused('order_unpaid')",
    to: 'false',
    why: 'an order that has money has the payment that it came with',
  },
  {
    file: REFUNDS,
    code: 'if (found === null || isProved(found) || found.orderId === null) return found',
    to: 'false',
    why: 'of no order nothing is queried',
  },
  {
    file: REFUNDS,
    code: "if (found === null || payment === null || found.outcome === 'applied') return refused('not_found')",
    to: 'false',
    why: 'without money there is no payment either',
  },
  {
    file: REFUNDS,
    code: 'return make(shop, { payment, transactionId, paidFen }, { amountFen, lines: [], reason, returnsStock: false }, maker)',
    to: 'true',
    why: 'without pieces nothing returns into stock',
  },
  {
    file: 'lib/shop/replay.ts',
    code: 'const about = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: 'lib/shop/replay.ts',
    code: "for (let from = 0; from < ids.length && !verdicts.includes('query_failed'); from += AT_ONCE) {",
    to: 'from <= ids.length',
    why: 'beyond the end there is nothing to replay',
  },
  {
    file: 'lib/shop/worker.ts',
    code: 'if (reason === null) return []',
    to: '["Stryker was here"]',
    why: 'a word is no money of ours, and is looked for in vain',
  },
  {
    file: 'lib/shop/worker.ts',
    code: "if (order.status !== 'pending') await closeAtWeChat(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
]
