import { type Contact, NO_CONTACT } from './contact'
import type { Buyer } from './gateway'
import type { Holder } from './holding'
import { FEN_MAX, LINES_MAX, QUANTITY_MAX } from './limits'
import { CURRENCY, fen } from './money'
import { type Cause, type Order, type OrderLine, orderNumberOf } from './order'
import type { Channel, OrderWithPayments, Payment } from './payment'
import { isLive, isPayable, nextCheckAt } from './payment'
import type { Localized } from './product'
import { closeAtWeChat, closeOrder, preparePayment, queryPayment } from './query'
import type { RemoteStatus, Shop } from './shop'
import type { IdempotencyKey } from './store'

export type OrderItem = { productId: string; quantity: number }

/** What is asked for, and on which terms. */
export type Wish = {
  items: OrderItem[]
  /** Makes a repeated request recognisable. */
  key?: Omit<IdempotencyKey, 'madeAfter'> | null
  /** What the buyer was told that it costs; null when they were told nothing. */
  expectedFen?: number | null
  /** Among whose unpaid orders it counts; null when nobody asks. */
  holder?: Holder | null
  /** What the buyer leaves with it. */
  contact?: Contact
}

/** Why nothing is ordered. */
export const ORDER_REFUSALS = [
  'empty_cart',
  'too_many_lines',
  'invalid_quantity',
  'unknown_product',
  'not_on_sale',
  'amount_too_large',
  'price_changed',
  'sold_out',
  'share_exceeded',
  'too_many_unpaid_orders',
  'idempotency_key_reused',
] as const
type OrderRefusal = (typeof ORDER_REFUSALS)[number]

export type CreateResult =
  | { ok: true; order: Order }
  | { ok: false; reason: OrderRefusal; productId: string | null; amountFen: number | null }

/** A key counts for a day; afterwards it may be used for something else. */
const KEY_LIFE_MS = 24 * 3600_000

/**
 * Makes an order at the store's own prices and reserves its stock, or changes nothing and says why. With a key, the same
 * request made again, or at the same time, gives the same order.
 */
export async function createOrder(shop: Shop, { key = null, ...wish }: Wish): Promise<CreateResult> {
  // Read once: whether a key is still alive and when its order was made are measured by the same clock, even if it jumps.
  const now = shop.now()
  if (key === null) return makeOrder(shop, wish, now, null)
  const living = { ...key, madeAfter: now - KEY_LIFE_MS }
  const made = (await orderOfKey(shop, living)) ?? (await makeOrder(shop, wish, now, living))
  // Somebody was quicker with the same key: their order is the answer.
  return made !== 'key_used' ? made : ((await orderOfKey(shop, living)) ?? lostKey(key))
}

/** The order that a key made, whatever was asked for; null when it made none, or too long ago. */
export async function findMadeOrder(shop: Shop, key: string): Promise<Order | null> {
  return (await shop.store.findOrderByKey(key, shop.now() - KEY_LIFE_MS))?.order ?? null
}

async function orderOfKey(shop: Shop, { key, fingerprint, madeAfter }: IdempotencyKey): Promise<CreateResult | null> {
  const found = await shop.store.findOrderByKey(key, madeAfter)
  if (found === null) return null
  return found.fingerprint === fingerprint ? { ok: true, order: found.order } : refuse('idempotency_key_reused')
}

function lostKey({ key }: { key: string }): never {
  throw new Error(`an order with the key ${key.slice(0, 4)}… was there and is gone`)
}

async function makeOrder(shop: Shop, wish: Wish, now: number, key: null): Promise<CreateResult>
async function makeOrder(shop: Shop, wish: Wish, now: number, key: IdempotencyKey): Promise<CreateResult | 'key_used'>
async function makeOrder(
  shop: Shop,
  { items, expectedFen = null, holder = null, contact = NO_CONTACT }: Wish,
  now: number,
  key: IdempotencyKey | null,
): Promise<CreateResult | 'key_used'> {
  const found = await linesOf(shop, items)
  if (!found.ok) return found
  const { lines } = found
  const amountFen = lines.reduce((sum, line) => sum + line.priceFen * line.quantity, 0)
  if (amountFen > FEN_MAX) return refuse('amount_too_large')
  if (expectedFen !== null && expectedFen !== amountFen) return { ...refuse('price_changed'), amountFen }

  const order: Order = {
    id: shop.newOrderId(),
    status: 'pending',
    lines,
    amountFen: fen(amountFen),
    currency: CURRENCY,
    createdAt: now,
    heldUntil: now + Math.min(shop.orderHoldMs, shop.orderTtlMs),
    expiresAt: now + shop.orderTtlMs,
    paidAt: null,
    closedAt: null,
    transactionId: null,
    shippedAt: null,
    trackingNumber: null,
    contact,
    version: 1,
  }
  const cause: Cause = { kind: 'checkout', id: order.id }
  const event = { orderId: order.id, version: 1, from: null, to: order.status, cause, at: now }
  const inserted = await shop.store.insertOrder(order, event, key, holder)
  if (inserted.ok) return { ok: true, order }
  return inserted.reason === 'key_used' ? 'key_used' : refuse(inserted.reason, inserted.productId)
}

type Refusal = Extract<CreateResult, { ok: false }>

function refuse(reason: OrderRefusal, productId: string | null = null): Refusal {
  return { ok: false, reason, productId, amountFen: null }
}

/** The lines of an order as the store sells them now, each product once. */
async function linesOf(shop: Shop, items: OrderItem[]): Promise<{ ok: true; lines: OrderLine[] } | Refusal> {
  const quantities = new Map<string, number>()
  for (const { productId, quantity } of items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  }
  if (quantities.size === 0) return refuse('empty_cart')
  if (quantities.size > LINES_MAX) return refuse('too_many_lines')

  const products = new Map((await shop.store.listProductsById([...quantities.keys()])).map((it) => [it.id, it]))
  const lines: OrderLine[] = []
  for (const [productId, quantity] of quantities) {
    const product = products.get(productId)
    if (product === undefined) return refuse('unknown_product', productId)
    if (!product.isOnSale) return refuse('not_on_sale', productId)
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
      return refuse('invalid_quantity', productId)
    }
    lines.push({ productId, name: product.name, quantity, priceFen: product.priceFen })
  }
  return { ok: true, lines }
}

export type PaymentRequest = {
  channel: Channel
  buyer: Buyer
  /** In which the phone names the goods: that of the page, or of the app, that asks. Chinese where nobody says. */
  language?: keyof Localized
}

export type OpenResult =
  | { ok: true; payment: Payment }
  | {
      ok: false
      reason:
        | 'order_paid'
        | 'order_closed'
        | 'order_expired'
        /** WeChat did not answer, or not trustworthily. The order stays payable. */
        | 'wechat_unavailable'
        /** WeChat answered that it will not. The order stays payable; an operator has to look. */
        | 'wechat_refused'
    }

/** An attempt meets at most a used-up number and a channel to close; more rounds mean that others keep changing it. */
const ROUNDS_MAX = 5

/**
 * WeChat refuses less than five minutes to pay (its `time_expire`, documented on older pages). Twice as much, so that a
 * request that got lost can be repeated for a while: it must not be changed, and its time passes.
 */
const TIME_TO_PAY_MIN_MS = 10 * 60_000
/** With no more left WeChat may refuse for that alone; its clock need not be quite ours. */
const TIME_TOO_SHORT_MS = 6 * 60_000

/**
 * Gets an order a payment that can be paid on a channel: the live one if it is on that channel, else a new one after
 * the former was closed at WeChat. If WeChat says meanwhile that there is money, the order becomes paid instead.
 */
export async function openPayment(shop: Shop, orderId: string, request: PaymentRequest): Promise<OpenResult> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { order, payments } = await getOrder(shop, orderId)
    if (order.status === 'paid') return { ok: false, reason: 'order_paid' }
    if (order.status === 'closed') return { ok: false, reason: 'order_closed' }
    if (shop.now() >= order.expiresAt) return { ok: false, reason: 'order_expired' }

    const live = payments.find(isLive)
    if (live === undefined) {
      // The row is written before WeChat is called, so that no number exists there that we do not know.
      await shop.store.insertPayment(newPayment(shop, order, request))
      continue
    }
    // A number is never used again with other parameters, so another channel or another payer is another payment.
    if (live.channel !== request.channel || !shop.gateway.isFor(live, request.buyer)) {
      const closed = await closeAtWeChat(shop, live, 'keeps', customer(orderId))
      if (closed === 'unknown') return { ok: false, reason: 'wechat_unavailable' }
      continue
    }
    if (isPayable(live, shop.now())) return { ok: true, payment: live }

    const prepared = await preparePayment(shop, live, customer(orderId))
    if (prepared === 'unknown') return { ok: false, reason: 'wechat_unavailable' }
    if (prepared !== 'refused') continue
    if (takenUntil(order, live.createdAt) - shop.now() > TIME_TOO_SHORT_MS)
      return { ok: false, reason: 'wechat_refused' }
    // Its request was lost for so long that there is too little time in it now. Another number begins with enough.
    const closed = await closeAtWeChat(shop, live, 'keeps', customer(orderId))
    if (closed === 'unknown') return { ok: false, reason: 'wechat_unavailable' }
  }
  return { ok: false, reason: 'wechat_unavailable' }
}

/** Until when WeChat is told to take money for a payment that was made at an instant. */
function takenUntil(order: Order, createdAt: number): number {
  return Math.max(order.expiresAt, createdAt + TIME_TO_PAY_MIN_MS)
}

function newPayment(shop: Shop, order: Order, request: PaymentRequest): Payment {
  const now = shop.now()
  // It begins with the number of the order, so that the buyer finds the same one in WeChat.
  const outTradeNo = shop.newOutTradeNo(orderNumberOf(order.id))
  const [first, ...others] = order.lines.map((line) => ({ ...line, name: line.name[request.language ?? 'zh'] }))
  if (first === undefined) throw new Error(`order ${order.id} has no lines`)
  return {
    outTradeNo,
    orderId: order.id,
    channel: request.channel,
    status: 'preparing',
    amountFen: order.amountFen,
    currency: order.currency,
    ...shop.gateway.draft({
      outTradeNo,
      channel: request.channel,
      amountFen: order.amountFen,
      goods: [first, ...others],
      buyer: request.buyer,
      createdAt: now,
      expiresAt: takenUntil(order, now),
    }),
    prepay: null,
    transactionId: null,
    createdAt: now,
    nextCheckAt: nextCheckAt(order, now, 0, now),
    checks: 0,
    refundSeenAt: null,
    refundReviewedAt: null,
    version: 1,
  }
}

/** What an app or a return page calls: queries WeChat about an order. Gives the order as it is afterwards. */
export async function confirmOrder(shop: Shop, orderId: string): Promise<{ order: Order; known: RemoteStatus | null }> {
  const { order, payments } = await getOrder(shop, orderId)
  const newest = payments.at(-1)
  if (order.status === 'paid' || newest === undefined) return { order, known: null }
  const known = await queryPayment(shop, newest, customer(orderId))
  return { order: (await getOrder(shop, orderId)).order, known }
}

export type CancelResult = { ok: true; order: Order } | { ok: false; reason: 'order_paid' | 'wechat_unavailable' }

/** Closes an order, its live payment at WeChat first. Finds it paid instead if WeChat says so. */
export async function cancelOrder(
  shop: Shop,
  orderId: string,
  cause: Cause = customer(orderId),
): Promise<CancelResult> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { order, payments } = await getOrder(shop, orderId)
    if (order.status === 'paid') return { ok: false, reason: 'order_paid' }
    if (order.status === 'closed') return { ok: true, order }
    const live = payments.find(isLive)
    if (live === undefined) await closeOrder(shop, order, cause)
    else if ((await closeAtWeChat(shop, live, 'closes', cause)) === 'unknown') break
  }
  return { ok: false, reason: 'wechat_unavailable' }
}

/** The order with its payments. Throws when there is none: who asks has proved before that there is. */
export async function getOrder(shop: Shop, orderId: string): Promise<OrderWithPayments> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) throw new Error(`no order ${orderId}`)
  return found
}

function customer(orderId: string): Cause {
  return { kind: 'customer', id: orderId }
}
