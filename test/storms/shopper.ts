import { cancelOrder, confirmOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import type { Channel } from '@/lib/shop/payment'
import { attempt } from './attempt'
import { PRODUCTS } from './files'
import { giveBack } from './refunder'
import { ORDER_TTL_MINUTES, type Stage } from './stage'

const MINUTE = 60_000
/** How many orders somebody wants to refund, if they are paid. */
const GIVEN_BACK = 0.8
const CHANNELS: readonly Channel[] = ['native', 'native', 'app', 'h5', 'jsapi']

type Act = 'open' | 'confirm' | 'cancel' | 'pay' | 'pay anything' | 'look' | 'abandon'
const ADMIN_ACTIONS: readonly Act[] = [
  'open',
  'open',
  'open',
  'confirm',
  'cancel',
  'pay',
  'pay',
  'pay',
  'pay anything',
  'abandon',
]

/** Somebody who orders, and then does what people do, in any order: pays, hesitates, changes the channel, goes away. */
export async function shop(stage: Stage): Promise<void> {
  const { chance, agenda, witness } = stage
  const pause = () => agenda.wait(drawPauseMs(stage), 'a shopper goes on')
  await pause()
  const orderId = await order(stage)
  if (orderId === null) return

  const buyer = { buyerAddress: '127.0.0.1', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }
  const open = () => {
    const request = { channel: chance.pick(CHANNELS), buyer }
    return attempt(stage, `opens ${request.channel}`, () => stage.visit((it) => openPayment(it, orderId, request)))
  }
  const act = async (what: Act): Promise<void> => {
    switch (what) {
      case 'open':
        return open()
      case 'confirm':
        return attempt(stage, 'confirms', () => stage.visit((it) => confirmOrder(it, orderId)))
      case 'cancel':
        return attempt(stage, 'cancels', () => stage.visit((it) => cancelOrder(it, orderId)))
      case 'pay':
      case 'pay anything': {
        // The phone knows what WeChat gave out, also what the shop has closed meanwhile or does not know of yet.
        const newest = what === 'pay' ? `where p.order_id = '${orderId}'` : ''
        const [known] = witness.all<{ number: string }>(`
          select t.out_trade_no number from w.trades t join payments p on p.out_trade_no = t.out_trade_no ${newest}
          order by ${what === 'pay' ? 't.created_at desc' : 't.transaction_id is not null, t.out_trade_no'} limit 1`)
        if (known === undefined) return
        await agenda.wait(0, 'the phone pays')
        await pay(stage, known.number)
        return
      }
      default:
        return
    }
  }

  /** A tab, a phone, an impatient finger: each does one thing after the other, and all of them at once. */
  const hand = async () => {
    for (let acts = chance.between(1, 3); acts > 0; acts -= 1) {
      await pause()
      const what = chance.pick(ADMIN_ACTIONS)
      if (what === 'abandon') return
      await act(what)
    }
  }
  const hands = () => Array.from({ length: chance.between(1, 3) }, hand)
  // Whoever is quick acts while the first payment is still being opened.
  if (chance.happens(0.5)) await Promise.all([open(), ...hands()])
  else await open().then(() => Promise.all(hands()))
  if (chance.happens(GIVEN_BACK)) await giveBack(stage, orderId)
}

function drawPauseMs({ chance }: Stage): number {
  switch (chance.below(8)) {
    case 0:
      return chance.between(1, 10_000)
    case 1:
      return chance.between(0, MINUTE)
    case 2:
      return ORDER_TTL_MINUTES * MINUTE + chance.between(-3_000, 3_000)
    case 3:
      return chance.between(0, 2 * ORDER_TTL_MINUTES * MINUTE)
    default:
      return 0
  }
}

/** Sometimes WeChat takes another amount than it was asked for, or money after it had closed; the shop has to bear it. */
async function pay(stage: Stage, number: string): Promise<void> {
  const { chance, witness, journal } = stage
  if (chance.happens(0.03)) {
    const changed = witness.run(`
      update w.trades set total_fee = total_fee + 1 where state = 'NOTPAY' and out_trade_no = '${number}'`)
    if (changed > 0) journal.otherAmounts.add(number)
    stage.tell(`  ! WeChat asks another amount for ${number}`)
  }
  const isLate = chance.happens(0.3)
  const isPaid = await stage.press(number, isLate)
  stage.tell(`  pays ${number}${isLate ? ' late' : ''}: ${isPaid}`)
}

/** Orders one to three kinds of tea, with a key or without; gives the order's name, or null when there is none. */
async function order(stage: Stage): Promise<string | null> {
  const { chance, journal, counts } = stage
  const items = Array.from({ length: chance.between(1, 3) }, () => ({
    productId: chance.pick(PRODUCTS),
    quantity: chance.happens(0.95) ? chance.between(1, 2) : chance.pick([0, -1, 1.5, 100]),
  }))
  // Sometimes one of two whose unpaid orders are counted.
  const holder = chance.happens(0.5) ? { buyer: chance.pick(['ann', 'ben']), address: null } : null
  const key = chance.happens(0.3) ? `key-${chance.below(1_000_000)}` : null
  const ask = async (): Promise<string | null> => {
    try {
      const idempotency = key === null ? null : { key, fingerprint: JSON.stringify(items) }
      const clock = stage.clockJumps()
      const created = await stage.visit((it) => createOrder(it, { items, key: idempotency, holder }))
      if (!created.ok) return null
      // A key lives for a day of the shop's clock; nobody knows which day it was when that jumped in between.
      const answered = `${key} under clock ${clock}`
      if (key !== null && clock === stage.clockJumps())
        journal.orders.set(answered, (journal.orders.get(answered) ?? new Set()).add(created.order.id))
      counts.orders += 1
      stage.tell(`  has order ${created.order.id}`)
      return created.order.id
    } catch {
      return null
    }
  }
  // With a key one may ask again, and at once.
  const asked = key === null ? [ask()] : [ask(), ask()]
  const answers = await Promise.all(asked)
  return answers.find((it) => it !== null) ?? (await ask())
}
