import { compareBill } from './compare-bill'
import { billOf, type Difference, type DifferenceEnd, type FoundDifference, keyOf } from './difference'
import type { PaymentNumber } from './gateway'
import type { Cause } from './order'
import type { Payment } from './payment'
import { queryPayment } from './query'
import { followRefund } from './send-refund'
import { settle } from './settle'
import { recordForeignRefund, settleRefund } from './settle-refund'
import type { Shop } from './shop'

/**
 * Queries WeChat about what a bill says, settles the answer on the roads on which every answer is settled, and ends the
 * difference if bill and shop agree then. The bill is only a hint, as a notification is.
 */
export async function checkDifference(shop: Shop, difference: Difference, cause: Cause): Promise<Difference> {
  if (difference.end !== null) return difference
  const problem = await ask(shop, difference, cause)
  const here = await findOurs(shop, difference)
  const left = foundNow(shop, difference, here)
  if (left !== null && !left.some((it) => keyOf(it) === difference.key)) {
    // What WeChat said may differ from its bill in another way.
    if (left.length > 0) await shop.store.putDifferences(difference.day, left, shop.now())
    return end(shop, { ...difference, here, orderId: here?.orderId ?? null }, endOf(difference))
  }
  const after = { ...difference, here: here ?? difference.here, problem, version: difference.version + 1 }
  await shop.store.replaceDifference(difference, after)
  return after
}

/** What WeChat's answer comes to, in a word for people; null when it was settled here. */
async function ask(shop: Shop, { subject, number, there }: Difference, cause: Cause): Promise<string | null> {
  const outTradeNo = there?.outTradeNo ?? number
  if (subject === 'refund') {
    const refund = await shop.store.findRefund(number)
    if (refund !== null) {
      if (refund.endedAt === null) return (await followRefund(shop, refund, cause)) === 'silent' ? 'silent' : null
      const answer = await shop.gateway.queryRefund(refund)
      if (answer.type !== 'found') return answer.type === 'missing' ? 'missing' : 'silent'
      for (const found of answer.refunds) await settleRefund(shop, found, cause)
      return null
    }
  }
  const payment = await shop.store.findPayment(outTradeNo)
  if (payment !== null) {
    const known = await queryPayment(shop, payment, cause)
    if (known === 'unknown') return 'silent'
    return subject === 'refund' ? askAboutForeign(shop, payment, number, cause) : null
  }
  return askAboutUnknown(shop, shop.gateway.numberOf(outTradeNo), cause)
}

/** A refund that nobody here made, of a payment of ours. The bill has its number, where a query of the payment may list none. */
async function askAboutForeign(
  shop: Shop,
  payment: Payment,
  outRefundNo: string,
  cause: Cause,
): Promise<string | null> {
  if ((await shop.store.findRefund(outRefundNo)) !== null) return null
  const answer = await shop.gateway.queryRefund({ ...payment, outRefundNo })
  if (answer.type !== 'found') return answer.type === 'unknown' ? 'silent' : answer.type
  for (const found of answer.refunds) {
    if ((await settleRefund(shop, found, cause)) === 'unknown') await recordForeignRefund(shop, payment, found, cause)
  }
  return null
}

/** Money of a number that nobody here knows is written down as unreconciled. */
async function askAboutUnknown(shop: Shop, number: PaymentNumber, cause: Cause): Promise<string | null> {
  const answer = await shop.gateway.query(number)
  if (answer.type === 'paid') {
    await settle(shop, answer, cause)
    return null
  }
  return answer.type === 'unknown' ? 'silent' : answer.type
}

async function findOurs(shop: Shop, { there, here }: Difference) {
  if (there === null) return here
  return (await shop.store.listOursOf([there]))[0] ?? null
}

/** What the bill's line and the shop differ in now; null when no line tells. */
function foundNow(shop: Shop, { kind, there }: Difference, here: Difference['here']): FoundDifference[] | null {
  // What the account moved, and a line that is there twice, stay so whatever WeChat says of it.
  if (there === null || kind === 'double' || billOf(kind) === 'fund_flow') return null
  const ours = here === null ? [] : [here]
  return compareBill({ mchId: shop.gateway.mchId, feeRate: shop.feeRate, rows: [there], ours, due: [], billed: [] })
}

function endOf({ kind }: Difference): DifferenceEnd {
  return kind === 'missing_here' || kind === 'refunded_there' ? 'recorded' : 'settled'
}

async function end(shop: Shop, difference: Difference, how: DifferenceEnd): Promise<Difference> {
  const ended = { end: how, endedAt: shop.now(), endedBy: 'query', problem: null, nextCheckAt: null }
  const after = { ...difference, ...ended, version: difference.version + 1 }
  const isWritten = await shop.store.replaceDifference(difference, after)
  if (isWritten) shop.log.info('difference_ended', { day: after.day, kind: after.kind, number: after.number, end: how })
  return isWritten ? after : ((await shop.store.findDifference(difference.id)) ?? after)
}
