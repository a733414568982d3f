import { randomUUID } from 'node:crypto'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Chance } from '../storms/chance'
import type { Witness } from '../storms/invariants'
import { entryOf, type Journal } from '../storms/journal'

/** What customers were told by answers that reached them; none of it may be forgotten. */
export type Told = {
  orders: Set<string>
  paidOrders: Set<string>
  numbers: Set<string>
  paidNumbers: Set<string>
  refunds: Set<string>
}

export type Market = {
  shopUrl: string
  weChatUrl: string
  journal: Journal
  told: Told
  /** How many answers customers have got. */
  answers: number
  /** Whether an operator can press for a refund; somebody in WeChat's console always can. */
  hasOperator: boolean
  /** Whether everybody pays in the end; otherwise some cancel and some just leave. */
  isEverybodyPaying: boolean
  /** Whether the shop can be without its database: then it refuses messages that it could not write down. */
  hasServers: boolean
}

type Answer = { status: number; body: Record<string, unknown> }

const PRODUCTS = ['tea-longjing', 'tea-yinzhen', 'tea-tieguanyin', 'tea-qimen', 'tea-jasmine', 'ware-pitcher']
const CHANNELS = ['native', 'h5', 'app']
/** So long somebody tries to reach a process that was struck. */
const PATIENCE_MS = 30_000
const AGAIN_AFTER_MS = 40
const REFUND_TRIES = 5

/** One customer's visit. Whoever gets no answer asks again, as people do. */
export async function visit(market: Market, chance: Chance): Promise<void> {
  const order = await placeOrder(market, chance)
  if (order === null) return
  const number = await openPayment(market, order, chance.pick(CHANNELS))
  if (number === null) return
  const ways = market.isEverybodyPaying ? [pay, payTwice] : [pay, pay, pay, pay, payTwice, payAndCancel, leave]
  await chance.pick(ways)(market, order, number)
  if (chance.happens(0.5)) await look(market, order, chance.pick(['', '/confirm']))
  if (chance.happens(0.6)) await giveBack(market, chance, order, number)
}

/** What was paid goes back, all of it or a part; whoever is refused leaves it. */
async function giveBack(market: Market, chance: Chance, order: Order, number: string): Promise<void> {
  const ways = market.hasOperator ? (['whole', 'whole', 'part', 'wish', 'console'] as const) : (['console'] as const)
  const way = chance.pick(ways)
  if (way === 'console') {
    const body = { out_trade_no: number, refund_fee: chance.between(1, 900) }
    const { status } = await ask(market, `${market.weChatUrl}/_control/console-refund`, body)
    return expectStatus(status, [200, 409])
  }
  const isWritten = await pressRefund(market, order, way)
  if (way === 'wish' && isWritten) await pressRefund(market, order, 'approve')
  // Another one presses the same.
  else if (chance.happens(0.3)) await pressRefund(market, order, way)
}

async function pressRefund(market: Market, { id }: Order, what: string): Promise<boolean> {
  for (let tries = 0; tries < REFUND_TRIES; tries += 1) {
    const { status, body } = await ask(market, `${market.shopUrl}/refund`, { order: id, what })
    expectStatus(status, [200])
    if (body.ok === true) market.told.refunds.add(String(body.number))
    // The notification may be on its way.
    if (body.reason !== 'order_unpaid') return body.ok === true
    await pause(AGAIN_AFTER_MS)
  }
  return false
}

type Order = { id: string; token: string }

async function placeOrder(market: Market, chance: Chance): Promise<Order | null> {
  const { shopUrl, journal, told } = market
  const key = randomUUID()
  const items = [{ productId: chance.pick(PRODUCTS), quantity: 1 }]
  const { status, body } = await ask(market, `${shopUrl}/api/orders`, { items }, { 'idempotency-key': key })
  if (status === 409) return null
  expectStatus(status, [201])
  const order = { id: String(body.id), token: String(body.token) }
  journal.orders.set(key, (journal.orders.get(key) ?? new Set()).add(order.id))
  told.orders.add(order.id)
  return order
}

async function openPayment(market: Market, order: Order, channel: string): Promise<string | null> {
  const { status, body } = await ask(
    market,
    `${market.shopUrl}/api/orders/${order.id}/prepay`,
    { channel },
    bearer(order),
  )
  if (status === 409) return null
  expectStatus(status, [200])
  market.told.numbers.add(String(body.outTradeNo))
  return String(body.outTradeNo)
}

async function pay(market: Market, _order: Order, number: string): Promise<void> {
  const { weChatUrl, told } = market
  const { status } = await ask(market, `${weChatUrl}/_control/pay`, { out_trade_no: number, outcome: 'success' })
  expectStatus(status, [200, 409])
  if (status === 200) told.paidNumbers.add(number)
}

/** Another channel, and then whatever was scanned before is paid as well, at the same moment. */
async function payTwice(market: Market, order: Order, number: string): Promise<void> {
  const second = await openPayment(market, order, 'native')
  await Promise.all([pay(market, order, number), second === null ? null : pay(market, order, second)])
}

async function payAndCancel(market: Market, order: Order, number: string): Promise<void> {
  const cancel = ask(market, `${market.shopUrl}/api/orders/${order.id}/cancel`, {}, bearer(order))
  await Promise.all([pay(market, order, number), cancel])
}

async function leave(): Promise<void> {}

async function look(market: Market, order: Order, path: '' | '/confirm'): Promise<void> {
  const { shopUrl, told } = market
  const { status, body } = await ask(
    market,
    `${shopUrl}/api/orders/${order.id}${path}`,
    path === '' ? null : {},
    bearer(order),
  )
  if (status === 200 && body.status === 'paid') told.paidOrders.add(order.id)
}

/** Somebody who knows the notify URL claims that an order was paid. */
export async function forge({ shopUrl, journal, told, hasServers }: Market, chance: Chance): Promise<void> {
  const number = chance.pick([...told.numbers, 'T20260101000000nobody'])
  const { appid, mchId, apiKey } = DEMO_ACCOUNT
  const claim = {
    ...{ return_code: 'SUCCESS', result_code: 'SUCCESS', appid, mch_id: mchId, out_trade_no: number, total_fee: '1' },
    ...{ fee_type: 'CNY', transaction_id: '4200000000209901010000000000', time_end: '20260301100000' },
  }
  journal.secrets.push(sign(claim, apiKey, 'MD5'))
  const body = chance.pick(['<xml><a>1</a></xml>', writeXml(claim), writeXml({ ...claim, sign: '0'.repeat(32) })])
  const entry = entryOf(journal, body)
  entry.sent += 1
  const reply = await fetch(`${shopUrl}/api/wechat/notify`, { method: 'POST', body })
    .then((answer) => answer.text())
    .catch(() => '')
  if (reply.includes('SUCCESS')) entry.acknowledged += 1
  else if (reply.includes('FAIL') && !hasServers) entry.refused += 1
}

const bearer = ({ token }: Order) => ({ authorization: `Bearer ${token}` })

/** Posts a body, or gets an address without one, again and again until somebody answers who is not in trouble. */
async function ask(market: Market, url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const type = { 'content-type': 'application/json' }
  const init =
    body === null ? { headers } : { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) }
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(AGAIN_AFTER_MS)) {
    const answer = await askOnce(url, init).catch(() => null)
    if (answer === null) continue
    market.answers += 1
    // The other side may be down, and a store may be busy. Any other failure is a mistake of ours.
    if (answer.status === 502 || answer.status === 503) continue
    if (answer.status >= 500) throw new Error(`${url} answered with ${answer.status}`)
    return answer
  }
  throw new Error(`${url} gave no answer`)
}

async function askOnce(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init)
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

function expectStatus(status: number, expected: number[]): void {
  if (!expected.includes(status)) throw new Error(`answered with ${status}`)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** What somebody was told, and what is not so any more. */
export function forgotten(witness: Witness, told: Told): string[] {
  const missing = (said: string, all: Set<string>, sql: string) => {
    const kept = new Set(witness.all<{ id: string }>(sql).map(({ id }) => id))
    return [...all].filter((id) => !kept.has(id)).map((id) => `a customer was told that ${id} ${said}`)
  }
  return [
    ...missing('is ordered', told.orders, 'select id from orders'),
    ...missing('is paid', told.paidOrders, `select id from orders where status = 'paid'`),
    ...missing('can be paid', told.numbers, 'select out_trade_no id from payments where prepaid_at is not null'),
    ...missing('took the money', told.paidNumbers, 'select out_trade_no id from w.trades where paid_at is not null'),
    ...missing('goes back', told.refunds, 'select out_refund_no id from refunds'),
  ]
}
