import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { CloseAnswer, PaymentNumber, PrepayAnswer, QueryAnswer } from '@/lib/shop/gateway'
import type { Channel } from '@/lib/shop/payment'
import type { ApiV3 } from '../gateway'
import { CODE_URL_LENGTH_MAX, isWebAddress } from '../h5'
import type { Fetch } from '../http'
import { openBills } from './bill'
import { CALL_MS_MAX, type Client, call, type MerchantAccount, type VerifiedAnswer } from './call'
import { downloadCertificates } from './certificates'
import { meaningOf } from './errors'
import { explainerOf, explainNotification } from './explain/explanation'
import { explainPasted } from './explain/pasted'
import { writeInvocation } from './invocation'
import { openKeys, type WeChatKeys } from './keys'
import { proofOf, verifyNotification } from './notification'
import { isRequestFor, ORDER_PATHS, writeOrderRequest } from './order-request'
import { openRefunds } from './refund'
import { writeReply } from './reply'
import { SIGN_SCHEME } from './sign'
import { readTrade } from './trade'

export type GatewayOptions = {
  account: MerchantAccount
  /** WeChat Pay's public key; without it platform certificates are downloaded. */
  publicKey: KeyObject | null
  /** Keys of API v2, to recognise what they sealed by mistake. */
  v2Keys?: readonly string[]
  /** Absolute and without a query string, for payments and refunds. */
  notifyUrl: string
  /** What the buyer reads before the goods' name. */
  shopName: string
  apiBase: string
  fetch: Fetch
  now: () => number
  newNonce: () => string
  onCall?: Client['onCall']
}

/** The number is paid, closed, or was used with other parameters (API v3, ordering again). */
const NUMBER_USED = new Set(['ORDER_PAID', 'ORDER_CLOSED', 'OUT_TRADE_NO_USED', 'INVALID_REQUEST'])
/** States of an order in which the buyer may still pay. */
const UNPAID = new Set(['NOTPAY', 'USERPAYING', 'PAYERROR', 'ACCEPT'])
const CLOSED = new Set(['CLOSED', 'REVOKED'])

const QUERY_PATH = '/v3/pay/transactions/out-trade-no/{out_trade_no}'
const PAID_QUERY_PATH = '/v3/pay/transactions/id/{transaction_id}'
const CLOSE_PATH = `${QUERY_PATH}/close`

/** An API with its keys, which are kept fresh by whoever holds it. */
export type V3 = { api: ApiV3; keys: WeChatKeys }

/** WeChat Pay API v3: JSON, signed with the merchant's private key. */
export function openV3(options: GatewayOptions): V3 {
  const { account, publicKey, v2Keys = [], notifyUrl, shopName, apiBase } = options
  const { fetch, now, newNonce, onCall = () => {} } = options
  const unkeyed = { account, apiBase, fetch, newNonce, now, onCall }
  const keys: WeChatKeys = openKeys({
    publicKey: publicKey && { id: account.publicKeyId ?? '', key: publicKey },
    download: () => downloadCertificates(unkeyed, keys.find),
    now,
  })
  const client: Client = { ...unkeyed, keys }
  const pathOf = ({ outTradeNo }: PaymentNumber) =>
    `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}`
  const explainer = () => explainerOf(account, keys.all(), v2Keys)
  const api: ApiV3 = {
    ...openBills(client),
    ...openRefunds(client, { notifyUrl }),

    draft: (intent) => ({
      apiVersion: 'v3',
      signType: SIGN_SCHEME,
      request: writeOrderRequest(intent, { account, notifyUrl, shopName }),
    }),

    isFor: (payment, buyer) => isRequestFor(payment.channel, payment.request, buyer),

    invocation: (payment, returnUrl) =>
      writeInvocation(payment, { now: now(), nonce: newNonce(), privateKey: account.privateKey, returnUrl }),

    async prepay({ channel, outTradeNo, request }) {
      const path = ORDER_PATHS[channel]
      const answer = await call(client, { path, target: path, body: request, outTradeNo }, CALL_MS_MAX)
      return readPrepay(answer, channel, now())
    },

    // By WeChat's own number once there is money; before, only the merchant's finds it (API v3, query).
    async query(payment, msMax = CALL_MS_MAX) {
      const { outTradeNo, transactionId = null } = payment
      const [path, address] =
        transactionId === null
          ? [QUERY_PATH, pathOf(payment)]
          : [PAID_QUERY_PATH, `/v3/pay/transactions/id/${encodeURIComponent(transactionId)}`]
      const target = `${address}?mchid=${encodeURIComponent(account.mchId)}`
      return readQuery(await call(client, { path, target, body: null, outTradeNo }, msMax), account, payment)
    },

    async close(payment) {
      const asked = { path: CLOSE_PATH, target: `${pathOf(payment)}/close`, outTradeNo: payment.outTradeNo }
      return readClose(await call(client, { ...asked, body: JSON.stringify({ mchid: account.mchId }) }, CALL_MS_MAX))
    },

    proofOf: (message) => proofOf(account, keys, message),
    verifyNotification: (message) => verifyNotification(account, keys, message),

    explain: async (message) => explainNotification(explainer(), message),
    explainPasted: async (pasted) => explainPasted(explainer(), pasted),

    keepFresh: keys.keepFresh,

    writeReply,
  }
  return { api, keys }
}

const prepaid = z.object({
  prepay_id: z.string().min(1).max(64).optional(),
  code_url: z.string().min(1).max(CODE_URL_LENGTH_MAX).optional(),
  h5_url: z.string().refine(isWebAddress).optional(),
})

/** Each kind of order is answered with the one thing that it needs. */
const GIVEN = { native: 'code_url', h5: 'h5_url', app: 'prepay_id', jsapi: 'prepay_id' } as const satisfies Record<
  Channel,
  keyof z.infer<typeof prepaid>
>

function readPrepay(answer: VerifiedAnswer, channel: Channel, at: number): PrepayAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  const doubtful = (problem: string): PrepayAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  if (answer.type === 'failure') {
    if (NUMBER_USED.has(answer.errCode)) return { type: 'number_used', evidence }
    if (meaningOf(answer.errCode, answer.status) === 'retryable') return doubtful(answer.errCode)
    return { type: 'refused', code: answer.errCode, evidence }
  }
  const read = prepaid.safeParse(answer.json)
  const name = GIVEN[channel]
  if (!read.success || read.data[name] === undefined) return doubtful(`no_${name}`)
  const { prepay_id: prepayId = '', code_url: codeUrl = null, h5_url: mwebUrl = null } = read.data
  return { type: 'prepaid', prepay: { prepayId, codeUrl, mwebUrl, at }, evidence }
}

const found = z.object({ appid: z.string(), mchid: z.string(), out_trade_no: z.string(), trade_state: z.string() })

function readQuery(
  answer: VerifiedAnswer,
  { appid, mchId }: Pick<MerchantAccount, 'appid' | 'mchId'>,
  { outTradeNo, transactionId = null }: PaymentNumber,
): QueryAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  const doubtful = (problem: string): QueryAnswer => ({ type: 'unknown', evidence: { ...evidence, problem } })
  if (answer.type === 'failure') {
    const isMissing = answer.status === 404 && answer.errCode === 'ORDER_NOT_EXIST'
    return isMissing ? { type: 'missing', evidence } : doubtful(answer.errCode)
  }
  const read = found.safeParse(answer.json)
  if (!read.success) return doubtful('unreadable')
  if (read.data.appid !== appid || read.data.mchid !== mchId) return doubtful('not_ours')
  if (read.data.out_trade_no !== outTradeNo) return doubtful('another_number')
  const state = read.data.trade_state
  if (UNPAID.has(state)) return { type: 'unpaid', evidence }
  if (CLOSED.has(state)) return { type: 'closed', evidence }
  // A refund, also of a part, follows a payment: the order was paid, and the query says so for ever.
  const isRefunded = state === 'REFUND'
  if (state !== 'SUCCESS' && !isRefunded) return doubtful('unknown_state')
  const money = readTrade(answer.json)
  if (money.ok) {
    const isAsked = transactionId === null || money.trade.transactionId === transactionId
    return isAsked ? { type: 'paid', trade: money.trade, isRefunded, evidence } : doubtful('another_transaction')
  }
  // With any state but SUCCESS the documentation promises only the number.
  return isRefunded ? { type: 'refunded', evidence } : doubtful(`unreadable: ${money.field}`)
}

/** Success has no body (API v3, close). */
function readClose(answer: VerifiedAnswer): CloseAnswer {
  if (answer.type === 'unknown') return answer
  const { evidence } = answer
  if (answer.type === 'success' || answer.errCode === 'ORDER_CLOSED') return { type: 'closed', evidence }
  if (answer.errCode === 'ORDER_PAID') return { type: 'paid', evidence }
  if (answer.status === 404 && answer.errCode === 'ORDER_NOT_EXIST') return { type: 'missing', evidence }
  return { type: 'unknown', evidence: { ...evidence, problem: answer.errCode } }
}
