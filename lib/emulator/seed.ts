import { z } from 'zod'
import { accountList } from './account-file'
import { findCheckout, tap } from './api/cashier'
import { closeOrder, placeOrder } from './api/orders'
import { requestRefund } from './api/refunds'
import { drawChances, faultSettings, replaceFaults } from './faults'
import type { TradeKey } from './ledger/schema'
import { API_VERSIONS, TRADE_TYPES } from './ledger/words'
import type { Seed, SeedOrder } from './public'
import type { WeChat } from './wechat'

const FEN_MAX = 9_999_999_999
const YEAR_SECONDS = 366 * 24 * 60 * 60

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' })
const outTradeNo = z.string().regex(/^[\w*|-]{1,32}$/, 'has 1 to 32 letters, digits or _-|*')
const outRefundNo = z.string().regex(/^[\w*|@-]{1,64}$/, 'has 1 to 64 letters, digits or _-|*@')
const fen = z.int('must be whole fen').min(1, 'must be 1 fen or more').max(FEN_MAX)

const order = z
  .strictObject({
    out_trade_no: outTradeNo,
    total_fee: fen,
    notify_url: webAddress,
    body: z.string().min(1).max(127).optional(),
    trade_type: z.enum(TRADE_TYPES).optional(),
    api_version: z.enum(API_VERSIONS).optional(),
    sign_type: z.enum(['MD5', 'HMAC-SHA256']).optional(),
    attach: z.string().max(127).optional(),
    openid: z.string().min(1).max(128).optional(),
    appid: z.string().optional(),
    mch_id: z.string().optional(),
    trade_state: z.enum(['NOTPAY', 'SUCCESS', 'CLOSED']).optional(),
    refund: z
      .strictObject({ out_refund_no: outRefundNo, refund_fee: fen, notify_url: webAddress.optional() })
      .optional(),
  })
  .refine((it) => it.refund === undefined || it.trade_state === 'SUCCESS', {
    path: ['refund'],
    error: 'needs "trade_state": "SUCCESS"',
  })

/** A seed file: accounts, and what is there when the emulator starts. */
export const seedFile = z.strictObject({
  accounts: accountList.optional(),
  orders: z.array(order).optional(),
  faults: faultSettings.optional(),
  clock: z.strictObject({ advanceSeconds: z.number().min(0).max(YEAR_SECONDS) }).optional(),
}) satisfies z.ZodType<Seed>

/**
 * Brings an emulator to where its seed begins, as one step: all of it, or nothing. What is there already stays, so that
 * a start on an old ledger changes nothing of its orders.
 *
 * @throws if an order is impossible
 */
export async function applySeed(wechat: WeChat, { orders = [], faults, clock }: Seed): Promise<void> {
  const { ledger, keys, accounts } = wechat
  // Their notifications are encrypted and signed as soon as they are paid.
  if (orders.some((it) => it.api_version === 'v3')) {
    for (const { mchId } of accounts) await keys.ensure(mchId)
  }
  ledger.atomically(() => {
    for (const [index, it] of orders.entries()) {
      const problem = addOrder(wechat, it)
      if (problem !== null) throw new Error(`the seed cannot be used: orders.${index} (${it.out_trade_no}) ${problem}`)
    }
    if (faults !== undefined) replaceFaults(ledger, faults)
    const aheadMs = (clock?.advanceSeconds ?? 0) * 1_000
    if (aheadMs > ledger.clockOffsetMs()) ledger.setClockOffsetMs(aheadMs)
  })
}

/** Why the order is impossible; null when it is there. */
function addOrder(wechat: WeChat, seed: SeedOrder): string | null {
  const { mch_id: mchId, appid, out_trade_no: outTradeNo, trade_state: state } = seed
  const account = wechat.accounts.find(
    (it) => (mchId === undefined || it.mchId === mchId) && (appid === undefined || it.appid === appid),
  )
  if (account === undefined) return 'is of an account that does not exist'
  const key = { mchId: account.mchId, outTradeNo }
  if (wechat.ledger.findTrade(key) !== null) return null

  const placed = placeOrder(wechat, {
    ...key,
    appid: account.appid,
    apiVersion: seed.api_version ?? 'v2',
    tradeType: seed.trade_type ?? 'NATIVE',
    totalFee: seed.total_fee,
    body: seed.body ?? outTradeNo,
    detail: '',
    attach: seed.attach ?? '',
    deviceInfo: '',
    openid: seed.openid ?? null,
    signType: seed.sign_type ?? 'MD5',
    notifyUrl: seed.notify_url,
    expiresAt: null,
    isSandbox: false,
    parameters: {},
  })
  if (!placed.ok) return placed.reason
  if (state === 'CLOSED') closeOrder(wechat, key)
  if (state !== 'SUCCESS') return null
  const checkout = findCheckout(wechat, { prepayId: placed.prepay.prepayId })
  if (checkout !== null) tap(wechat, checkout, 'success')
  return seed.refund === undefined ? null : addRefund(wechat, key, seed.refund)
}

function addRefund(wechat: WeChat, key: TradeKey, refund: NonNullable<SeedOrder['refund']>): string | null {
  const trade = wechat.ledger.findTrade(key)
  if (trade === null) return 'is not there'
  const request = {
    mchId: trade.mchId,
    outRefundNo: refund.out_refund_no,
    apiVersion: trade.apiVersion,
    refundFee: refund.refund_fee,
    funds: 'unsettled' as const,
    description: '',
    notifyUrl: refund.notify_url ?? null,
    order: { outTradeNo: trade.outTradeNo },
    totalFee: trade.totalFee,
  }
  const requested = requestRefund(wechat, request, drawChances(wechat.ledger, trade.outTradeNo))
  return requested.ok ? null : `cannot be refunded: ${requested.reason}`
}
