import type {
  PaymentNumber,
  RefundAnswer,
  RefundGateway,
  RefundIntent,
  RefundQueryAnswer,
  RefundsOff,
} from '@/lib/shop/gateway'
import { CURRENCY } from '@/lib/shop/money'
import { type FoundRefund, REASON_BYTES_MAX, REFUNDS_MAX, type Refund } from '@/lib/shop/refund'
import type { Fetch } from '../http'
import { allowed, cut } from '../text'
import { CALL_MS_MAX, type Client, call, type MerchantAccount, type VerifiedAnswer } from './call'
import { readRefundPage } from './refund-query'
import { readRequest, writeRequest } from './request'
import { type Fields, knownType } from './sign'
import { FORMATS, readFen } from './trade'

/** The way to what WeChat demands the merchant's certificate for. */
export type Certified = { fetch: Fetch; whyOff: () => RefundsOff | null }

/** Refunds of API v2. */
export function openRefunds(
  client: Client,
  { certified, notifyUrl }: { certified: Certified; notifyUrl: string },
): RefundGateway {
  const { account } = client
  const withCertificate: Client = { ...client, fetch: certified.fetch }
  return {
    whyNoRefunds: certified.whyOff,

    draftRefund: (_, intent) => ({
      apiVersion: 'v2',
      signType: account.signType,
      request: writeRefundRequest(intent, account, notifyUrl),
    }),

    async refund(refund) {
      const why = certified.whyOff()
      // WeChat's front server would refuse it in words that nobody has signed.
      if (why !== null) return delayed(why, 'operator', { fields: {}, problem: why })
      const type = knownType(refund.signType)
      const answer = await call(withCertificate, REFUND_PATH, readRequest(refund.request), type, CALL_MS_MAX)
      return readRefundAnswer(answer, refund)
    },

    async queryRefund({ outRefundNo, signType }, msMax = CALL_MS_MAX) {
      const answer = await query(client, { out_refund_no: outRefundNo }, signType, msMax)
      return readQueryAnswer(answer, outRefundNo)
    },

    listRefunds: (payment, msMax = CALL_MS_MAX) => listRefunds(client, payment, msMax),
  }
}

const REFUND_PATH = '/secapi/pay/refund'

/** The parameters of a refund: kept with it, because a repeat with other amounts is refused (`REFUND_FEE_MISMATCH`). */
function writeRefundRequest(intent: RefundIntent, account: MerchantAccount, notifyUrl: string): string {
  const fields: Fields = {
    appid: account.appid,
    mch_id: account.mchId,
    transaction_id: intent.transactionId,
    out_trade_no: intent.outTradeNo,
    out_refund_no: intent.outRefundNo,
    total_fee: String(intent.paidFen),
    refund_fee: String(intent.amountFen),
    refund_fee_type: CURRENCY,
    notify_url: notifyUrl,
  }
  const reason = cut(allowed(intent.reason), REASON_BYTES_MAX)
  if (reason !== '') fields.refund_desc = reason
  if (account.signType !== 'MD5') fields.sign_type = account.signType
  return writeRequest(fields)
}

type Failing = 'unknown' | 'refused' | 'time' | 'operator' | 'developer'

/**
 * What each error code of a refund means (refund, error codes). `refused`: for good, a repeat changes nothing. Else the
 * identical request goes out again: after a while, or when an operator or a developer has done something.
 */
const ERRORS: ReadonlyMap<string, Failing> = new Map<string, Failing>([
  // It may have been taken on.
  ['SYSTEMERROR', 'unknown'],
  ['BIZERR_NEED_RETRY', 'time'],
  ['FREQUENCY_LIMITED', 'time'],
  ['ORDER_NOT_READY', 'time'],
  ['INVALID_REQ_TOO_MUCH', 'time'],
  ['NOTENOUGH', 'operator'],
  ['CERT_ERROR', 'operator'],
  ['NOAUTH', 'operator'],
  // The buyer's account is closed: somebody has to find another way.
  ['USER_ACCOUNT_ABNORMAL', 'refused'],
  ['TRADE_OVERDUE', 'refused'],
  ['ERROR', 'refused'],
  ['INVALID_REQUEST', 'refused'],
  ['ORDERNOTEXIST', 'refused'],
])
/**
 * For every other code: those of a request that was made wrongly (`PARAM_ERROR`, `SIGNERROR`, `REFUND_FEE_MISMATCH` …), and
 * those that nobody has read about. Nothing is given up because of one.
 */
const OTHER_ERROR: Failing = 'developer'

type Answered = Exclude<VerifiedAnswer, { type: 'unknown' }>

function delayed(
  code: string,
  waitsFor: 'time' | 'operator' | 'developer',
  evidence: Answered['evidence'],
): RefundAnswer {
  return { type: 'delayed', code, waitsFor, evidence }
}

function doubtful({ evidence }: Answered, problem: string): Extract<VerifiedAnswer, { type: 'unknown' }> {
  return { type: 'unknown', evidence: { ...evidence, problem } }
}

function readRefundAnswer(answer: VerifiedAnswer, refund: Refund): RefundAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  if (answer.type === 'failure') {
    const failing = ERRORS.get(answer.errCode) ?? OTHER_ERROR
    if (failing === 'unknown') return doubtful(answer, answer.errCode)
    return failing === 'refused'
      ? { type: 'refused', code: answer.errCode, evidence }
      : delayed(answer.errCode, failing, evidence)
  }
  const { fields } = answer
  const { outRefundNo, outTradeNo, transactionId, amountFen, paidFen } = refund
  if (fields.out_refund_no !== outRefundNo) return doubtful(answer, 'another_number')
  if (fields.out_trade_no !== outTradeNo || fields.transaction_id !== transactionId) {
    return doubtful(answer, 'another_payment')
  }
  const isSame = readFen(fields.refund_fee) === amountFen && readFen(fields.total_fee) === paidFen
  if (!isSame || (fields.fee_type || CURRENCY) !== CURRENCY) return doubtful(answer, 'another_amount')
  const { refund_id: refundId = '' } = fields
  if (!FORMATS.refund_id.test(refundId)) return doubtful(answer, 'no_refund_id')
  return { type: 'accepted', refundId, evidence }
}

function query(client: Client, asked: Fields, signType: string, msMax: number): Promise<VerifiedAnswer> {
  const { account } = client
  const type = knownType(signType)
  const fields: Fields = { appid: account.appid, mch_id: account.mchId, ...asked }
  if (type !== 'MD5') fields.sign_type = type
  return call(client, '/pay/refundquery', fields, type, msMax)
}

type Page = { type: 'page'; refunds: FoundRefund[]; total: number; answer: Answered }

/** The refunds in an answer, or what it means when there are none. */
function readPage(answer: VerifiedAnswer): Page | Exclude<RefundQueryAnswer, { type: 'found' }> {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  if (answer.type === 'failure') {
    return answer.errCode === 'REFUNDNOTEXIST' ? { type: 'missing', evidence } : doubtful(answer, answer.errCode)
  }
  const read = readRefundPage(answer.fields)
  if (!read.ok) return doubtful(answer, `unreadable: ${read.field}`)
  return { type: 'page', refunds: read.refunds, total: read.total, answer }
}

function readQueryAnswer(answer: VerifiedAnswer, outRefundNo: string): RefundQueryAnswer {
  const page = readPage(answer)
  if (page.type !== 'page') return page
  const [found, ...others] = page.refunds
  if (found?.outRefundNo !== outRefundNo || others.length > 0) return doubtful(page.answer, 'another_number')
  return { type: 'found', refunds: [found], evidence: page.answer.evidence }
}

/** All refunds of a payment, ten with each answer. A part of them would be a false list. */
async function listRefunds(client: Client, payment: PaymentNumber, msMax: number): Promise<RefundQueryAnswer> {
  const { outTradeNo, signType } = payment
  const endsAt = performance.now() + msMax
  const refunds: FoundRefund[] = []
  for (;;) {
    const offset: Fields = refunds.length === 0 ? {} : { offset: String(refunds.length) }
    const msLeft = endsAt - performance.now()
    const page = readPage(await query(client, { out_trade_no: outTradeNo, ...offset }, signType, msLeft))
    if (page.type === 'unknown') return page
    if (page.type === 'missing') {
      if (refunds.length === 0) return page
      return { type: 'unknown', evidence: { ...page.evidence, problem: 'REFUNDNOTEXIST' } }
    }
    const known = new Set(refunds.map((it) => it.outRefundNo))
    if (page.refunds.some((it) => it.outTradeNo !== outTradeNo)) return doubtful(page.answer, 'another_payment')
    if (page.refunds.some((it) => known.has(it.outRefundNo))) return doubtful(page.answer, 'page_repeated')
    refunds.push(...page.refunds)
    if (refunds.length > REFUNDS_MAX) return doubtful(page.answer, 'too_many_refunds')
    if (refunds.length >= page.total) return { type: 'found', refunds, evidence: page.answer.evidence }
  }
}
