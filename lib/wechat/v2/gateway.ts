import type { CloseAnswer, PaymentNumber, PrepayAnswer, QueryAnswer } from '@/lib/shop/gateway'
import type { Channel } from '@/lib/shop/payment'
import type { Api } from '../gateway'
import { CODE_URL_LENGTH_MAX, isWebAddress } from '../h5'
import type { Fetch } from '../http'
import { openBills } from './bill'
import { CALL_MS_MAX, type Client, call, type MerchantAccount, type VerifiedAnswer } from './call'
import { explainNotification } from './explain/explanation'
import { writeInvocation } from './invocation'
import { proofOf, verifyNotification } from './notification'
import { isRequestFor, writeOrderRequest } from './order-request'
import { type Certified, openRefunds } from './refund'
import { writeReply } from './reply'
import { readRequest } from './request'
import { type Fields, knownType } from './sign'
import { readTrade } from './trade'

export type GatewayOptions = {
  account: MerchantAccount
  /** Absolute and without a query string (unifiedorder, `notify_url`). */
  notifyUrl: string
  /** The same for refunds. */
  refundNotifyUrl: string
  /** What the buyer reads before the goods' name. */
  shopName: string
  apiBase: string
  fetch: Fetch
  certified: Certified
  now: () => number
  newNonce: () => string
  onCall?: Client['onCall']
}

/** The number is paid, closed, or was used with other parameters (error codes of unifiedorder). */
const NUMBER_USED = new Set(['ORDERPAID', 'ORDERCLOSED', 'OUT_TRADE_NO_USED', 'INVALID_REQUEST'])
/** States of orderquery in which the buyer may still pay. */
const UNPAID = new Set(['NOTPAY', 'USERPAYING', 'PAYERROR', 'ACCEPT'])
const CLOSED = new Set(['CLOSED', 'REVOKED'])

/** WeChat Pay API v2: XML, signed with the merchant's key. */
export function openV2(options: GatewayOptions): Api {
  const { account, notifyUrl, shopName, apiBase, fetch, now, newNonce, onCall = () => {} } = options
  const client: Client = { account, apiBase, fetch, newNonce, now, onCall }
  const about = ({ outTradeNo, signType }: PaymentNumber) => {
    const type = knownType(signType)
    const fields: Fields = { appid: account.appid, mch_id: account.mchId, out_trade_no: outTradeNo }
    return { type, fields: type === 'MD5' ? fields : { ...fields, sign_type: type } }
  }
  return {
    ...openBills(client, options.certified),
    ...openRefunds(client, { certified: options.certified, notifyUrl: options.refundNotifyUrl }),

    draft: (intent) => ({
      apiVersion: 'v2',
      signType: account.signType,
      request: writeOrderRequest(intent, { account, notifyUrl, shopName }),
    }),

    isFor: (payment, buyer) => isRequestFor(payment.channel, payment.request, buyer),

    invocation: (payment, returnUrl) =>
      writeInvocation(payment, knownType(payment.signType), {
        now: now(),
        nonce: newNonce(),
        apiKey: account.apiKey,
        returnUrl,
      }),

    async prepay(payment) {
      const fields = readRequest(payment.request)
      const answer = await call(client, '/pay/unifiedorder', fields, knownType(payment.signType), CALL_MS_MAX)
      return readPrepay(answer, payment.channel, now())
    },

    async query(payment, msMax = CALL_MS_MAX) {
      const { fields, type } = about(payment)
      return readQuery(await call(client, '/pay/orderquery', fields, type, msMax), payment.outTradeNo)
    },

    async close(payment) {
      const { fields, type } = about(payment)
      return readClose(await call(client, '/pay/closeorder', fields, type, CALL_MS_MAX))
    },

    proofOf: (message) => proofOf(account, message),
    verifyNotification: (message, signTypeOf) => verifyNotification(account, message, signTypeOf),

    explain: (message, signTypeOf) => explainNotification(account, message, signTypeOf),

    // Nothing but the key that the settings name.
    keepFresh: async () => {},

    writeReply,
  }
}

function readPrepay(answer: VerifiedAnswer, channel: Channel, at: number): PrepayAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  const doubtful = (problem: string): PrepayAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  if (answer.type === 'failure') {
    if (NUMBER_USED.has(answer.errCode)) return { type: 'number_used', evidence }
    if (answer.errCode === 'SYSTEMERROR') return doubtful(answer.errCode)
    return { type: 'refused', code: answer.errCode, evidence }
  }
  const { prepay_id: prepayId = '', code_url: codeUrl, mweb_url: mwebUrl } = answer.fields
  if (prepayId === '') return doubtful('no_prepay_id')
  if (channel === 'native' && (!codeUrl || codeUrl.length > CODE_URL_LENGTH_MAX)) return doubtful('no_code_url')
  if (channel === 'h5' && !isWebAddress(mwebUrl)) return doubtful('no_mweb_url')
  return { type: 'prepaid', prepay: { prepayId, codeUrl: codeUrl || null, mwebUrl: mwebUrl || null, at }, evidence }
}

function readQuery(answer: VerifiedAnswer, outTradeNo: string): QueryAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  const doubtful = (problem: string): QueryAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  if (answer.type === 'failure') {
    return answer.errCode === 'ORDERNOTEXIST' ? { type: 'missing', evidence } : doubtful(answer.errCode)
  }
  const { fields } = answer
  if (fields.out_trade_no !== outTradeNo) return doubtful('another_number')
  const state = fields.trade_state ?? ''
  if (UNPAID.has(state)) return { type: 'unpaid', evidence }
  if (CLOSED.has(state)) return { type: 'closed', evidence }
  // A refund, also of a part, follows a payment: the order was paid, and the query says so for ever.
  const isRefunded = state === 'REFUND'
  if (state !== 'SUCCESS' && !isRefunded) return doubtful('unknown_state')
  const money = readTrade(fields)
  if (money.ok) return { type: 'paid', trade: money.trade, isRefunded, evidence }
  // With any state but SUCCESS the documentation promises only the number.
  return isRefunded ? { type: 'refunded', evidence } : doubtful(`unreadable: ${money.field}`)
}

function readClose(answer: VerifiedAnswer): CloseAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  if (answer.type === 'success' || answer.errCode === 'ORDERCLOSED') return { type: 'closed', evidence }
  if (answer.errCode === 'ORDERPAID') return { type: 'paid', evidence }
  if (answer.errCode === 'ORDERNOTEXIST') return { type: 'missing', evidence }
  return { type: 'unknown', evidence: { ...evidence, problem: answer.errCode } }
}
