import type { Situation } from './decide'
import { explainRefunds } from './explain-refunds'
import { type Findings, note, noted, QUERY_MS_MAX, recordResult, resultOf } from './findings'
import type { MessageExplanation, QueryAnswer, Subject, UnverifiedMessage } from './gateway'
import { processRefund } from './handle-refund-notice'
import {
  type ArrivingMessage,
  hintOf,
  isSettled,
  type ReceivedMessage,
  type Reply,
  replyTo,
  type Verdict,
} from './notification'
import { isFinal, type PaidTrade } from './payment'
import type { Place } from './queue'
import { settle } from './settle'
import type { Shop } from './shop'

/** Money that went back before it was known here has its refunds listed, in what is left of the time for the reply. */
const LIST_MS_MAX = 1_000

/** What is not begun by then could not be answered in time. */
const SIGNED_WAIT_MS_MAX = 1_500
/** What is not through by then is told to come again while WeChat still listens, however slow disk and WeChat are. */
const SIGNED_ANSWER_MS_MAX = 3_500
/** Nobody waits for the answer to a forgery, but whoever did would have given up by then. */
const UNSIGNED_WAIT_MS_MAX = 3_000
/** WeChat's own messages have less than two kilobytes; to look at a larger one before its turn would take too long. */
const SIGNED_BYTES_MAX = 8 * 1024

/**
 * What WeChat is told about a message: it is written down as it came, then processed, and only then answered. Acknowledged is only
 * for what is recorded and can change nothing when repeated; whatever failed, WeChat is told to come again, and a
 * repeat costs us nothing. `busy` is for what was neither read nor kept, because too many wait. Never throws: what is in
 * the log without a verdict is processed by the worker.
 *
 * @param waitedMs for how long the sender has waited already
 */
export async function handleNotification(shop: Shop, arriving: ArrivingMessage, waitedMs = 0): Promise<Reply | 'busy'> {
  const { processing, gateway } = shop
  const message = { ...arriving, receivedAt: shop.now() }
  const proof = message.body.byteLength <= SIGNED_BYTES_MAX ? gateway.proofOf(message) : null
  const goesFirst = proof !== null && processing.repeats.isPlausible(proof)
  const place = (goesFirst ? processing.signed : processing.unsigned).join(message.body.byteLength)
  if (place === null) return sendAway(shop)
  try {
    return await (goesFirst ? handleSigned : handleUnsigned)(shop, message, place, waitedMs)
  } catch (error) {
    place.leave()
    shop.log.error('notification_failed', error)
    return 'retry'
  } finally {
    // A signed one that was told to come again stays, and leaves when it has been processed.
    if (!goesFirst) place.leave()
  }
}

/** Written down at once. What takes too long is told to come again, and is processed nevertheless. */
async function handleSigned(shop: Shop, message: ReceivedMessage, place: Place, waitedMs: number): Promise<Reply> {
  const { signed, ids } = shop.processing
  const waitMsMax = SIGNED_WAIT_MS_MAX - waitedMs
  const mayBegin = signed.waitMs(place) <= waitMsMax && comesWithin(waitMsMax, place)
  const late = openTimer(SIGNED_ANSWER_MS_MAX - waitedMs)
  try {
    const id = await logNotification(shop, message)
    ids.add(id)
    const reply = replyInTurn(shop, id, message, place)
    return (await mayBegin) ? await Promise.race([reply, late.over.then((): Reply => 'retry')]) : 'retry'
  } finally {
    late.end()
  }
}

/** Processes a message when its turn comes; its place is free again only then. */
async function replyInTurn(shop: Shop, id: number, message: ReceivedMessage, place: Place): Promise<Reply> {
  try {
    await place.turn
    return replyTo(await processNotification(shop, id, message))
  } catch (error) {
    shop.log.error('notification_failed', error)
    return 'retry'
  } finally {
    shop.processing.ids.delete(id)
    place.leave()
  }
}

/** Written down in its turn, together with those whose turn it is as well. */
async function handleUnsigned(
  shop: Shop,
  message: ReceivedMessage,
  place: Place,
  waitedMs: number,
): Promise<Reply | 'busy'> {
  if (!(await comesWithin(UNSIGNED_WAIT_MS_MAX - waitedMs, place))) return sendAway(shop)
  const id = await logNotification(shop, message)
  return replyTo(await processNotification(shop, id, message))
}

function logNotification({ store }: Shop, message: ReceivedMessage): Promise<number> {
  return store.insertNotification({ ...message, replayOf: null })
}

function sendAway({ processing }: Shop): 'busy' {
  processing.refused += 1
  return 'busy'
}

/** Whether the turn of a place comes within so many milliseconds. */
async function comesWithin(msMax: number, { ahead, turn }: Place): Promise<boolean> {
  if (ahead === 0) return true
  const late = openTimer(msMax)
  return Promise.race([turn.then(() => true), late.over.then(() => false)]).finally(late.end)
}

function openTimer(ms: number): { over: Promise<void>; end: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return { over, end: () => clearTimeout(timer) }
}

/** What a query that does not confirm the money means for the message that told of it. */
const UNCONFIRMED: Record<Exclude<QueryAnswer['type'], 'paid' | 'refunded'>, 'contradicted' | 'query_failed'> = {
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
  const { checks, kind, outTradeNo, transactionId, outRefundNo, claimedFen } = verified
  const { signedText, expectedSign, receivedSign } = verified
  const texts = { kind, outTradeNo, transactionId, outRefundNo, claimedFen, signedText, expectedSign, receivedSign }
  const findings: Findings = { ...texts, notificationId: id, orderId: null, checks, queryAnswer: null }
  if (!verified.authentic) return recordResult(shop, findings, verified.verdict)

  const { event } = verified
  if (event.type === 'other') return recordResult(shop, findings, 'unknown_event')
  if (event.type === 'refund') return processRefund(shop, findings, event.found)
  const situation = outTradeNo === null ? null : await situationOf({ outTradeNo, transactionId })
  note(findings, 'known_payment', situation !== null, outTradeNo)
  findings.orderId = situation?.order.id ?? null
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
  const isPaid = answer.type === 'paid' || answer.type === 'refunded'
  note(findings, 'query', isPaid, answer.evidence.problem ?? answer.type)
  if (!isPaid) {
    // We could not ask: the worker will, without waiting for its next scheduled check.
    if (answer.type === 'unknown') await shop.store.checkPaymentNow(payment.outTradeNo, shop.now())
    return recordResult(shop, findings, UNCONFIRMED[answer.type])
  }
  // Of money that went back WeChat may say no more than that; what was paid, its signed message says.
  const paid = answer.type === 'paid' ? answer : { trade, isRefunded: true }
  if (paid.trade.transactionId !== trade.transactionId) return recordResult(shop, findings, 'contradicted')
  const cause = { kind: 'notification', id: String(findings.notificationId) } as const
  const settlePaid = (isRefunded: boolean) =>
    settle(shop, { trade: paid.trade, isRefunded }, cause, {
      situation,
      resultOf: (verdict) => resultOf(shop, noted(findings, 'settled', isSettled(verdict), verdict), verdict),
    })
  return paid.isRefunded ? explainRefunds(shop, payment, cause, settlePaid, LIST_MS_MAX) : settlePaid(false)
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

/** The same reading for everybody who asks: a message is about one payment. */
function readOnce<Key, T>(read: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  let reading: Promise<T> | null = null
  return (key) => {
    reading ??= read(key)
    return reading
  }
}
