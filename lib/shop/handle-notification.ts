import type { MessageExplanation } from './gateway'
import {
  type Check,
  type CheckName,
  isSettled,
  type NotificationResult,
  type ReceivedMessage,
  type Reply,
  type Verdict,
} from './notification'
import { isFinal, type PaidTrade, type Payment } from './payment'
import { settle } from './settle'
import type { Shop } from './shop'

/** Inside a notification WeChat waits five seconds for the reply; the order query gets three of them. */
const QUERY_MS_MAX = 3_000

/** Each may wait for WeChat's answer; beyond this many, WeChat is told to come again, and the worker processes the notification. */
const PROCESSING_MAX = 32

/**
 * What WeChat is told about a message: it is written down as it came, then processed, and only then answered. Acknowledged is only
 * for what is recorded and can change nothing when repeated; whatever failed, WeChat is told to come again, and a
 * repeat costs us nothing. Never throws: what is in the log without a verdict is processed by the worker.
 */
export async function handleNotification(shop: Shop, message: ReceivedMessage): Promise<Reply> {
  try {
    const id = await shop.store.insertNotification({ ...message, receivedAt: shop.now(), replayOf: null })
    if (shop.processing.running >= PROCESSING_MAX) return 'retry'
    shop.processing.running += 1
    const verdict = await processNotification(shop, id, message).finally(() => {
      shop.processing.running -= 1
    })
    return isSettled(verdict) ? 'acknowledge' : 'retry'
  } catch (error) {
    shop.log.error('notification_failed', error)
    return 'retry'
  }
}

/**
 * Processes a message that is in the log, and keeps the verdict in the same step as what it changed. Throws when the store
 * fails; the message is then answered with `retry` and processed anew from the log by the worker.
 */
export async function processNotification(shop: Shop, id: number, message: ReceivedMessage): Promise<Verdict> {
  const reading = await shop.gateway.verifyNotification(message, signTypes(shop))
  const { checks, outTradeNo, transactionId, claimedFen, signedText, expectedSign, receivedSign } = reading
  const texts = { outTradeNo, transactionId, claimedFen, signedText, expectedSign, receivedSign }
  const findings: Findings = { ...texts, notificationId: id, orderId: null, checks, queryAnswer: null }

  if (!reading.authentic) return conclude(shop, findings, reading.verdict)
  if (reading.event.type === 'failed') return processFailure(shop, findings, reading.event.code)
  return processPaid(shop, findings, reading.event.trade)
}

/** What is in a message and why its signature is wrong, for people: nothing is kept, asked or changed. */
export function explainNotification(shop: Shop, body: Uint8Array): Promise<MessageExplanation> {
  return shop.gateway.explain(body, signTypes(shop))
}

function signTypes({ store }: Shop): (outTradeNo: string) => Promise<string | null> {
  return async (outTradeNo) => (await store.findPayment(outTradeNo))?.signType ?? null
}

/** An authentic event that a payment did not succeed: no money, so nothing to do, and nothing a retry could add. */
async function processFailure(shop: Shop, findings: Findings, code: string): Promise<Verdict> {
  const payment = await findKnownPayment(shop, findings)
  if (payment === null) return conclude(shop, findings, 'unknown_payment')
  note(findings, 'result_code', false, code)
  return conclude(shop, findings, 'payment_failed')
}

/** An authentic event of money. It is a hint: only the order query's answer is settled. */
async function processPaid(shop: Shop, findings: Findings, trade: PaidTrade): Promise<Verdict> {
  const payment = await findKnownPayment(shop, findings)
  if (payment === null) return recordOnly(shop, findings, trade, 'unknown_order')
  note(findings, 'result_code', true, null)

  const isRight = trade.paidFen === payment.amountFen && trade.currency === payment.currency
  note(findings, 'amount', isRight, `${trade.paidFen} ${trade.currency}`)
  if (!isRight) {
    await shop.store.checkPaymentNow(payment.outTradeNo, shop.now())
    return recordOnly(shop, findings, trade, 'mismatch')
  }
  const known = await shop.store.findTransaction(trade.transactionId)
  if (known !== null && known.outTradeNo === trade.outTradeNo && isFinal(known.outcome)) {
    note(findings, 'settled', true, 'already')
    return conclude(shop, findings, 'already')
  }

  const answer = await shop.gateway.query(payment, QUERY_MS_MAX)
  findings.queryAnswer = answer.evidence
  note(findings, 'query', answer.type === 'paid', answer.evidence.problem ?? answer.type)
  if (answer.type === 'unknown') {
    // We could not ask. The worker will, without waiting for its next scheduled check.
    await shop.store.checkPaymentNow(payment.outTradeNo, shop.now())
    return conclude(shop, findings, 'query_failed')
  }
  if (answer.type !== 'paid' || answer.trade.transactionId !== trade.transactionId) {
    return conclude(shop, findings, 'contradicted')
  }
  const cause = { kind: 'notification', id: String(findings.notificationId) } as const
  return settle(shop, answer.trade, cause, (verdict) => {
    const settled: Check = { name: 'settled', passed: isSettled(verdict), detail: verdict }
    return result(shop, { ...findings, checks: [...findings.checks, settled] }, verdict)
  })
}

/** Money that moves nothing, because the number or the amount is not ours, still gets its record. */
async function recordOnly(
  shop: Shop,
  findings: Findings,
  trade: PaidTrade,
  outcome: 'unknown_order' | 'mismatch',
): Promise<Verdict> {
  const verdict = outcome === 'mismatch' ? 'wrong_amount' : 'unknown_payment'
  const record = { ...trade, orderId: findings.orderId, outcome, seenAt: shop.now(), seenBy: 'notification' } as const
  const isKept = await shop.store.commit({ transaction: record, result: result(shop, findings, verdict) })
  // What WeChat answered is better known than what this message says: then the verdict is all there is to keep.
  return isKept ? verdict : conclude(shop, findings, verdict)
}

type Findings = Omit<NotificationResult, 'verdict' | 'reply' | 'concludedAt'>

async function findKnownPayment(shop: Shop, findings: Findings): Promise<Payment | null> {
  const payment = findings.outTradeNo === null ? null : await shop.store.findPayment(findings.outTradeNo)
  note(findings, 'known_payment', payment !== null, findings.outTradeNo)
  findings.orderId = payment?.orderId ?? null
  return payment
}

function note(findings: Findings, name: CheckName, passed: boolean, detail: string | null): void {
  findings.checks = [...findings.checks, { name, passed, detail }]
}

function result(shop: Shop, findings: Findings, verdict: Verdict): NotificationResult {
  const reply = isSettled(verdict) ? 'acknowledge' : 'retry'
  return { ...findings, verdict, reply, concludedAt: shop.now() }
}

async function conclude(shop: Shop, findings: Findings, verdict: Verdict): Promise<Verdict> {
  await shop.store.commit({ result: result(shop, findings, verdict) })
  return verdict
}
