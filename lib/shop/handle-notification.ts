import type { Situation } from './decide'
import type { MessageExplanation, QueryAnswer, Subject, UnverifiedMessage } from './gateway'
import {
  type CheckName,
  hintOf,
  isSettled,
  type NotificationResult,
  type ReceivedMessage,
  type Reply,
  replyTo,
  type Verdict,
} from './notification'
import { isFinal, type PaidTrade } from './payment'
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
    return replyTo(verdict)
  } catch (error) {
    shop.log.error('notification_failed', error)
    return 'retry'
  }
}

/** What a query that does not confirm the money means for the message that told of it. */
const UNCONFIRMED: Record<Exclude<QueryAnswer['type'], 'paid'>, 'contradicted' | 'query_failed'> = {
  unpaid: 'contradicted',
  closed: 'contradicted',
  missing: 'contradicted',
  unknown: 'query_failed',
}

/**
 * Processes a message that is in the log, and keeps the verdict in the same step as what it changed. Throws when the store
 * fails; the message is then answered with `retry` and processed anew from the log by the worker.
 */
export async function processNotification(shop: Shop, id: number, message: ReceivedMessage): Promise<Verdict> {
  const situationOf = readOnce((subject: Subject) =>
    shop.store.findSituation(subject.outTradeNo, subject.transactionId),
  )
  const signTypeOf = async (subject: Subject) => (await situationOf(subject))?.payment.signType ?? null
  const verified = await shop.gateway.verifyNotification(message, signTypeOf)
  const { checks, kind, outTradeNo, transactionId, claimedFen, signedText, expectedSign, receivedSign } = verified
  const texts = { kind, outTradeNo, transactionId, claimedFen, signedText, expectedSign, receivedSign }
  const findings: Findings = { ...texts, notificationId: id, orderId: null, checks, queryAnswer: null }
  if (!verified.authentic) return recordResult(shop, findings, verified.verdict)

  const situation = outTradeNo === null ? null : await situationOf({ outTradeNo, transactionId })
  note(findings, 'known_payment', situation !== null, outTradeNo)
  findings.orderId = situation?.order.id ?? null
  const { event } = verified
  if (event.type === 'failed') {
    if (situation === null) return recordResult(shop, findings, 'unknown_payment')
    // No money, so nothing to do, and nothing a retry could add.
    note(findings, 'outcome', false, event.code)
    return recordResult(shop, findings, 'payment_failed')
  }
  if (situation === null) return recordHint(shop, findings, event.trade, 'unknown_payment')
  note(findings, 'outcome', true, null)
  return processPaid(shop, findings, situation, event.trade)
}

/** What is in a message and why its signature is wrong, for people: nothing is kept, asked or changed. */
export function explainNotification(shop: Shop, message: UnverifiedMessage): Promise<MessageExplanation> {
  return shop.gateway.explain(message, async ({ outTradeNo }) => {
    return (await shop.store.findPayment(outTradeNo))?.signType ?? null
  })
}

/** An authentic event of money for a payment of ours. It is a hint: only the order query's answer is settled. */
async function processPaid(shop: Shop, findings: Findings, situation: Situation, trade: PaidTrade): Promise<Verdict> {
  const { payment, known } = situation
  const isRight = trade.paidFen === payment.amountFen && trade.currency === payment.currency
  note(findings, 'amount', isRight, `${trade.paidFen} ${trade.currency}`)
  if (!isRight) {
    await shop.store.checkPaymentNow(payment.outTradeNo, shop.now())
    return recordHint(shop, findings, trade, 'wrong_amount')
  }
  if (known !== null && known.outTradeNo === trade.outTradeNo && isFinal(known.outcome)) {
    note(findings, 'settled', true, 'already')
    return recordResult(shop, findings, 'already')
  }

  const answer = await shop.gateway.query(payment, QUERY_MS_MAX)
  findings.queryAnswer = answer.evidence
  note(findings, 'query', answer.type === 'paid', answer.evidence.problem ?? answer.type)
  if (answer.type !== 'paid') {
    // We could not ask: the worker will, without waiting for its next scheduled check.
    if (answer.type === 'unknown') await shop.store.checkPaymentNow(payment.outTradeNo, shop.now())
    return recordResult(shop, findings, UNCONFIRMED[answer.type])
  }
  if (answer.trade.transactionId !== trade.transactionId) return recordResult(shop, findings, 'contradicted')
  const cause = { kind: 'notification', id: String(findings.notificationId) } as const
  return settle(shop, answer.trade, cause, {
    situation,
    resultOf: (verdict) => resultOf(shop, noted(findings, 'settled', isSettled(verdict), verdict), verdict),
  })
}

/** Money that moves nothing, because the number or the amount is not ours, still gets its record. */
async function recordHint(
  shop: Shop,
  findings: Findings,
  trade: PaidTrade,
  verdict: 'unknown_payment' | 'wrong_amount',
): Promise<Verdict> {
  const seen = { seenAt: shop.now(), seenBy: 'notification' } as const
  const transaction = { ...trade, ...seen, orderId: findings.orderId, outcome: hintOf(verdict) }
  const isKept = await shop.store.commit({ transaction, result: resultOf(shop, findings, verdict) })
  // What WeChat answered is better known than what this message says: then the verdict is all there is to keep.
  return isKept ? verdict : recordResult(shop, findings, verdict)
}

type Findings = Omit<NotificationResult, 'verdict' | 'reply' | 'concludedAt'>

function note(findings: Findings, name: CheckName, passed: boolean, detail: string | null): void {
  findings.checks = noted(findings, name, passed, detail).checks
}

function noted(findings: Findings, name: CheckName, passed: boolean, detail: string | null): Findings {
  return { ...findings, checks: [...findings.checks, { name, passed, detail }] }
}

function resultOf(shop: Shop, findings: Findings, verdict: Verdict): NotificationResult {
  return { ...findings, verdict, reply: replyTo(verdict), concludedAt: shop.now() }
}

async function recordResult(shop: Shop, findings: Findings, verdict: Verdict): Promise<Verdict> {
  await shop.store.commit({ result: resultOf(shop, findings, verdict) })
  return verdict
}

/** The same reading for everybody who asks: a message is about one payment. */
function readOnce<Key, T>(read: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  let reading: Promise<T> | null = null
  return (key) => {
    reading ??= read(key)
    return reading
  }
}
