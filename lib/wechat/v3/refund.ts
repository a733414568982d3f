import type {
  Gateway,
  RefundAnswer,
  RefundGateway,
  RefundIntent,
  RefundNumber,
  RefundQueryAnswer,
} from '@/lib/shop/gateway'
import { CURRENCY } from '@/lib/shop/money'
import { REASON_BYTES_MAX, type Refund } from '@/lib/shop/refund'
import { allowed, cut } from '../text'
import { CALL_MS_MAX, type Client, call, type VerifiedAnswer } from './call'
import { type Meaning, meaningOf } from './errors'
import { readFoundRefund } from './found-refund'
import { SIGN_SCHEME } from './sign'

/** Refunds of API v3: ordinary signed calls, without the merchant's certificate. */
export function openRefunds(
  client: Client,
  { notifyUrl }: { notifyUrl: string },
): RefundGateway & Pick<Gateway, 'rerouteRefund'> {
  return {
    whyNoRefunds: () => null,

    draftRefund: (_, intent) => ({
      apiVersion: 'v3',
      signType: SIGN_SCHEME,
      request: writeRefundRequest(intent, notifyUrl),
    }),

    refund: (refund) => refundOnce(client, refund),

    rerouteRefund: (refund) => reroute(client, refund),

    queryRefund: (refund, msMax = CALL_MS_MAX) => query(client, refund, msMax),

    // There is no such call; of refunds that were not made here the bill tells.
    listRefunds: async () => ({ type: 'unlisted' }),
  }
}

const REFUND_PATH = '/v3/refund/domestic/refunds'

/**
 * The body of a refund, as the text that is sent: kept with it, because a repeat with other amounts is refused. Without
 * `notify_url` the notice would go to the console's address, in the form of v2 (API v3, refunds).
 */
function writeRefundRequest(intent: RefundIntent, notifyUrl: string): string {
  const reason = cut(allowed(intent.reason), REASON_BYTES_MAX)
  return JSON.stringify({
    transaction_id: intent.transactionId,
    out_refund_no: intent.outRefundNo,
    ...(reason !== '' && { reason }),
    notify_url: notifyUrl,
    amount: { refund: intent.amountFen, total: intent.paidFen, currency: CURRENCY },
  })
}

/**
 * Sends a refund. Whatever asks for a repeat may have been taken on nevertheless, a 429 above all (API v3, refunds): so
 * WeChat is queried for the number before anything is said about it.
 */
async function refundOnce(client: Client, refund: Refund): Promise<RefundAnswer> {
  const { outTradeNo, outRefundNo, request: body } = refund
  const asked = { path: REFUND_PATH, target: REFUND_PATH, body, outTradeNo, outRefundNo }
  const answer = await call(client, asked, CALL_MS_MAX)
  if (!isAmbiguous(answer)) return readRefundAnswer(answer, refund)
  const found = await query(client, refund, CALL_MS_MAX)
  if (found.type === 'found') {
    const [{ refundId } = { refundId: '' }] = found.refunds
    return { type: 'accepted', refundId, evidence: found.evidence }
  }
  return found.type === 'unknown' ? found : readRefundAnswer(answer, refund)
}

/**
 * Ends an abnormal refund at the merchant's own bank card. To a card of the buyer it would take the card's number, which
 * this shop never has.
 */
async function reroute(client: Client, refund: Refund): Promise<RefundAnswer> {
  const { outTradeNo, outRefundNo, refundId } = refund
  const path = `${REFUND_PATH}/{refund_id}/apply-abnormal-refund`
  const target = `${REFUND_PATH}/${encodeURIComponent(refundId ?? '')}/apply-abnormal-refund`
  const body = JSON.stringify({ out_refund_no: outRefundNo, type: 'MERCHANT_BANK_CARD' })
  return readRefundAnswer(await call(client, { path, target, body, outTradeNo, outRefundNo }, CALL_MS_MAX), refund)
}

function isAmbiguous(answer: VerifiedAnswer): boolean {
  if (answer.type === 'failure') return meaningOf(answer.errCode, answer.status) === 'retryable'
  return answer.type === 'unknown' && /^http_(202|429|5\d\d)$/.test(answer.evidence.problem ?? '')
}

const WAITS_FOR = { retryable: 'time', operator: 'operator', bug: 'developer' } as const satisfies Record<
  Exclude<Meaning, 'final'>,
  string
>

function readRefundAnswer(answer: VerifiedAnswer, refund: Refund): RefundAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  if (answer.type === 'failure') {
    const meaning = meaningOf(answer.errCode, answer.status)
    if (meaning === 'final') return { type: 'refused', code: answer.errCode, evidence }
    return { type: 'delayed', code: answer.errCode, waitsFor: WAITS_FOR[meaning], evidence }
  }
  const doubtful = (problem: string): RefundAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  const read = readFoundRefund(answer.json)
  if (!read.ok) return doubtful(`unreadable: ${read.field}`)
  const { outRefundNo, outTradeNo, transactionId, amountFen, paidFen, refundId } = read.refund
  if (outRefundNo !== refund.outRefundNo) return doubtful('another_number')
  const isSamePayment = outTradeNo === refund.outTradeNo && transactionId === refund.transactionId
  if (!isSamePayment) return doubtful('another_payment')
  if (amountFen !== refund.amountFen || paidFen !== refund.paidFen) return doubtful('another_amount')
  return { type: 'accepted', refundId, evidence }
}

async function query(client: Client, { outRefundNo }: RefundNumber, msMax: number): Promise<RefundQueryAnswer> {
  const target = `${REFUND_PATH}/${encodeURIComponent(outRefundNo)}`
  const answer = await call(client, { path: `${REFUND_PATH}/{out_refund_no}`, target, body: null, outRefundNo }, msMax)
  return readQueryAnswer(answer, outRefundNo)
}

function readQueryAnswer(answer: VerifiedAnswer, outRefundNo: string): RefundQueryAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  const doubtful = (problem: string): RefundQueryAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  if (answer.type === 'failure') {
    const isMissing = answer.status === 404 && answer.errCode === 'RESOURCE_NOT_EXISTS'
    return isMissing ? { type: 'missing', evidence } : doubtful(answer.errCode)
  }
  const read = readFoundRefund(answer.json)
  if (!read.ok) return doubtful(`unreadable: ${read.field}`)
  if (read.refund.outRefundNo !== outRefundNo) return doubtful('another_number')
  return { type: 'found', refunds: [read.refund], evidence }
}
