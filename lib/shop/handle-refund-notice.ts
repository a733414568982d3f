import { isSameRefund } from './decide-refund'
import { type Findings, note, noted, QUERY_MS_MAX, recordResult, resultOf } from './findings'
import type { RefundNumber } from './gateway'
import { isSettled, type Verdict } from './notification'
import type { Cause } from './order'
import type { FoundRefund, Refund } from './refund'
import { type RefundSettlement, recordForeignRefund, settleRefund } from './settle-refund'
import type { Shop } from './shop'

const VERDICTS = {
  applied: 'refund_applied',
  already: 'refund_already',
  contradicted: 'contradicted',
  unknown: 'unknown_refund',
} as const satisfies Record<RefundSettlement, Verdict>

/** A readable notice that a refund came to its end. It is a hint: only the refund query's answer is settled. */
export async function processRefund(shop: Shop, findings: Findings, told: FoundRefund): Promise<Verdict> {
  const refund = await shop.store.findRefund(told.outRefundNo)
  note(findings, 'known_refund', refund !== null, told.outRefundNo)
  if (refund === null) return processForeign(shop, findings, told)
  findings.orderId = refund.orderId
  const isSame = isSameRefund(refund, told)
  note(findings, 'amount', isSame, `${told.amountFen} / ${told.paidFen} CNY`)
  if (!isSame) {
    await shop.store.checkRefundNow(refund.outRefundNo, shop.now())
    return recordResult(shop, findings, 'wrong_amount')
  }
  // What succeeded stays so, whatever an older notice says.
  if (refund.status === 'succeeded' || refund.status === told.status) {
    note(findings, 'settled', true, 'refund_already')
    return recordResult(shop, findings, 'refund_already')
  }
  return processKnown(shop, findings, refund, told)
}

async function processKnown(shop: Shop, findings: Findings, refund: Refund, told: FoundRefund): Promise<Verdict> {
  const asked = await query(shop, findings, refund)
  if (asked === 'unknown' || asked === 'missing') {
    await shop.store.checkRefundNow(refund.outRefundNo, shop.now())
    return recordResult(shop, findings, asked === 'unknown' ? 'query_failed' : 'contradicted')
  }
  const cause = causeOf(findings)
  // An abnormal one may have succeeded or been rerouted since; anything else that differs is not what the notice says.
  const isRerouted = refund.resolvedAt !== null && asked.status === 'processing'
  const isOver = told.status === 'abnormal' && (asked.status === 'succeeded' || isRerouted)
  const isConfirmed = asked.status === told.status || isOver
  if (!isConfirmed) {
    await settleRefund(shop, asked, cause)
    return recordResult(shop, findings, 'contradicted')
  }
  const settlement = await settleRefund(shop, asked, cause, {
    resultOf: (it) => {
      const verdict = VERDICTS[it]
      return resultOf(shop, noted(findings, 'settled', isSettled(verdict), verdict), verdict)
    },
  })
  return VERDICTS[settlement]
}

/** A refund of none of our numbers. Of a payment of ours it is recorded, once WeChat stands by it. */
async function processForeign(shop: Shop, findings: Findings, told: FoundRefund): Promise<Verdict> {
  const payment = await shop.store.findPayment(told.outTradeNo)
  note(findings, 'known_payment', payment !== null, told.outTradeNo)
  if (payment === null) return recordResult(shop, findings, 'unknown_refund')
  findings.orderId = payment.orderId
  const { apiVersion, signType } = payment
  const asked = await query(shop, findings, { apiVersion, signType, outRefundNo: told.outRefundNo })
  if (asked === 'unknown') return recordResult(shop, findings, 'query_failed')
  if (asked === 'missing') return recordResult(shop, findings, 'unknown_refund')
  const result = resultOf(shop, noted(findings, 'settled', true, 'unknown_refund'), 'unknown_refund')
  const isRecorded = await recordForeignRefund(shop, payment, asked, causeOf(findings), result)
  return isRecorded ? 'unknown_refund' : recordResult(shop, findings, 'unknown_refund')
}

/** What WeChat itself says about a refund now. */
async function query(
  shop: Shop,
  findings: Findings,
  number: RefundNumber,
): Promise<FoundRefund | 'missing' | 'unknown'> {
  const answer = await shop.gateway.queryRefund(number, QUERY_MS_MAX)
  findings.queryAnswer = answer.evidence
  const found =
    answer.type === 'found' ? answer.refunds.find(({ outRefundNo }) => outRefundNo === number.outRefundNo) : undefined
  note(findings, 'query', found !== undefined, answer.evidence.problem ?? found?.status ?? answer.type)
  if (found !== undefined) return found
  return answer.type === 'missing' ? 'missing' : 'unknown'
}

function causeOf({ notificationId }: Findings): Cause {
  return { kind: 'notification', id: String(notificationId) }
}
