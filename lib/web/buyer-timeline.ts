import { linesOf, type SaidFields } from '@/lib/shop/evidence'
import { EVERY_NOTIFICATION, type Notification, type Reply, UNVERIFIED, type Verdict } from '@/lib/shop/notification'
import type { Cause, OrderEvent } from '@/lib/shop/order'
import type { ApiVersion, Channel, Payment } from '@/lib/shop/payment'
import type { KeptCall } from '@/lib/shop/review'
import type { Shop } from '@/lib/shop/shop'

/** Of so many payments and notifications a buyer reads, the newest. */
const PAYMENTS_MAX = 10
const NOTIFICATIONS_MAX = 20

export const CALL_PURPOSES = ['order', 'query', 'close'] as const
type CallPurpose = (typeof CALL_PURPOSES)[number]

/** Who changed an order, as far as its buyer is told. */
export const CHANGED_BY = ['notification', 'buyer', 'shop'] as const
type ChangedBy = (typeof CHANGED_BY)[number]

type Field = { name: string; value: string }

/** One step of a payment, from the order to its end; `number` counts them. */
export type BuyerStep = { number: number } & Happening

type Happening = { at: number } & (
  | { type: 'made' }
  | { type: 'payment'; outTradeNo: string; channel: Channel; apiVersion: ApiVersion }
  | {
      type: 'call'
      purpose: CallPurpose
      path: string
      tookMs: number
      /** Whether WeChat gave an answer that could be believed. */
      isAnswered: boolean
      sent: Field[]
      answered: Field[]
    }
  /** WeChat gave what the payment is opened with; `signed` are the fields that the shop signs for the buyer's device. */
  | { type: 'handed_over'; channel: Channel; signed: string[] }
  | {
      type: 'notification'
      /** Whether WeChat signed it; anybody could have sent it otherwise. */
      isAuthentic: boolean
      /** How often the very same came. */
      times: number
      checks: { name: string; passed: boolean }[]
    }
  | { type: 'reply'; verdict: Verdict; reply: Reply; tookMs: number }
  | { type: 'became'; status: 'paid' | 'closed'; by: ChangedBy }
)

/** What happened in the same millisecond stands in the order in which it can have happened. */
const RANKS: Record<Happening['type'], number> = {
  made: 0,
  payment: 1,
  call: 2,
  handed_over: 3,
  notification: 1,
  became: 4,
  reply: 5,
}

/**
 * How an order was paid, message by message, oldest first: what its buyer may know of it, and nothing else. Refunds stand
 * on the order's own page; who did what in the shop, addresses and texts of strangers stand in the admin's log alone.
 */
export async function buyerTimeline(shop: Shop, orderId: string): Promise<BuyerStep[]> {
  const history = await shop.store.findOrderHistory(orderId, shop.now())
  if (history === null) return []
  const payments = history.payments.slice(-PAYMENTS_MAX)
  const notifications = await notificationsOf(shop, payments)
  const steps: Happening[] = [
    ...history.events.flatMap(stepsOfEvent),
    ...payments.flatMap(stepsOfPayment),
    ...history.calls.flatMap(stepsOfCall),
    ...notifications.flatMap(stepsOfNotification),
  ]
  steps.sort((a, b) => a.at - b.at || RANKS[a.type] - RANKS[b.type])
  return steps.map((step, place) => ({ number: place + 1, ...step }))
}

/** Also those that nobody signed: of them the log keeps the number that they name. */
async function notificationsOf({ store }: Shop, payments: Payment[]): Promise<Notification[]> {
  const page = { after: null, limit: NOTIFICATIONS_MAX }
  const ofEach = payments.map(({ outTradeNo: number }) =>
    store.listNotifications({ ...EVERY_NOTIFICATION, number, isOriginal: true }, page),
  )
  const lines = (await Promise.all(ofEach)).flatMap((it) => it.lines).slice(0, NOTIFICATIONS_MAX)
  const found = await Promise.all(lines.map(({ id }) => store.findNotification(id)))
  return found.filter((it) => it !== null).filter(({ result }) => result?.kind !== 'refund')
}

function stepsOfEvent({ at, from, to, cause }: OrderEvent): Happening[] {
  if (from === null) return [{ at, type: 'made' }]
  return to === 'pending' ? [] : [{ at, type: 'became', status: to, by: BY[cause.kind] }]
}

const BY: Record<Cause['kind'], ChangedBy> = {
  checkout: 'buyer',
  customer: 'buyer',
  notification: 'notification',
  worker: 'shop',
  admin: 'shop',
  bill: 'shop',
}

function stepsOfPayment({ createdAt, outTradeNo, channel, apiVersion, prepay }: Payment): Happening[] {
  const opened: Happening = { at: createdAt, type: 'payment', outTradeNo, channel, apiVersion }
  return prepay === null ? [opened] : [opened, { at: prepay.at, type: 'handed_over', channel, signed: SIGNED[channel] }]
}

/** What is signed once more, for the device; a code to scan and a link to follow need no signature. */
const SIGNED: Record<Channel, string[]> = {
  native: [],
  h5: [],
  app: ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp'],
  jsapi: ['appId', 'timeStamp', 'nonceStr', 'package', 'signType'],
}

function stepsOfCall({ at, path, durationMs, isAnswered, outRefundNo, request, answer }: KeptCall): Happening[] {
  const purpose = purposeOf(path)
  if (purpose === null || outRefundNo !== null) return []
  const fields = { sent: toldOf(request), answered: toldOf(answer) }
  return [{ at, type: 'call', purpose, path, tookMs: durationMs, isAnswered, ...fields }]
}

/** Calls about refunds are none of these. */
function purposeOf(path: string): CallPurpose | null {
  if (/\/close(order)?$/.test(path)) return 'close'
  if (/\/unifiedorder$|\/transactions\/(native|app|h5|jsapi)$/.test(path)) return 'order'
  return /\/orderquery$|\/out-trade-no\/[^/]+$/.test(path) ? 'query' : null
}

/** Fields of both APIs that tell of nothing but this payment. Whatever else WeChat says may be about the merchant. */
const TOLD = new Set([
  ...['out_trade_no', 'body', 'description', 'trade_type', 'notify_url', 'time_start', 'time_expire', 'sign'],
  ...['total_fee', 'fee_type', 'cash_fee', 'amount.total', 'amount.currency', 'amount.payer_total'],
  ...['return_code', 'result_code', 'prepay_id', 'code_url', 'mweb_url', 'h5_url'],
  ...['trade_state', 'transaction_id', 'time_end', 'success_time'],
])

function toldOf(fields: SaidFields): Field[] {
  return linesOf(fields)
    .filter(([name]) => TOLD.has(name))
    .map(([name, value]) => ({ name, value }))
}

function stepsOfNotification({ receivedAt, times, result }: Notification): Happening[] {
  if (result === null) return []
  const { verdict, reply, processedAt } = result
  const checks = result.checks.map(({ name, passed }) => ({ name, passed }))
  return [
    { at: receivedAt, type: 'notification', isAuthentic: !UNVERIFIED.includes(verdict), times, checks },
    { at: processedAt, type: 'reply', verdict, reply, tookMs: processedAt - receivedAt },
  ]
}
