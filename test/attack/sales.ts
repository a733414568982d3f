import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { readConfig } from '@/lib/config'
import { openRuntime, type Runtime } from '@/lib/runtime'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import { orderToken } from '@/lib/web/order-token'
import { signedNotification } from '../messages'

/** A payment that WeChat has taken and the shop has not heard of. */
export type Sale = { outTradeNo: string; transactionId: string; amountFen: number }

type Trade = { out_trade_no: string; transaction_id: string; total_fee: number }

const BUYER = { buyerAddress: '127.0.0.1', openid: null }
/** Deliveries there are refused by the emulator at once, so that only the attack's driver plays WeChat's sender. */
const NOWHERE = 'http://nobody.example'

/** Sales that share the syncs of the disk. */
const AT_ONCE = 32

/** Sells so many teas with the shop's own rules, on files that the processes are started on afterwards. */
export async function sell(
  folder: string,
  count: number,
): Promise<{ sales: Sale[]; order: { id: string; token: string } }> {
  const read = readConfig({
    PAYMENTS: 'emulator',
    PUBLIC_URL: NOWHERE,
    DATABASE_URL: `file:${folder}/shop.db`,
    EMULATOR_DATABASE_URL: `file:${folder}/emulator.db`,
    RATE_LIMITS: 'off',
  })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  const runtime = await openRuntime(read.config, {
    now: Date.now,
    random: randomBytes,
    log: { info: () => {}, warn: () => {}, error: (event, error) => console.error(event, error) },
    toWeChat: (emulator) => (request) => {
      if (emulator === null) throw new Error('there is no WeChat')
      return emulator.fetch(request)
    },
  })
  try {
    stockUp(folder)
    let id = ''
    for (let left = count; left > 0; left -= AT_ONCE) {
      const sold = await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => sellOne(runtime)))
      id = sold[0] ?? id
    }
    return { sales: await salesOf(runtime), order: { id, token: orderToken(runtime.orderSecret, id) } }
  } finally {
    await runtime.close()
  }
}

/** Nothing may be sold out. */
function stockUp(folder: string): void {
  const file = new Sqlite(join(folder, 'shop.db'))
  file.exec('update products set stock = stock + 500000, stock_initial = stock_initial + 500000')
  file.close()
}

async function sellOne({ shop, emulator }: Runtime): Promise<string> {
  const created = await createOrder(shop, { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  if (!created.ok) throw new Error(created.reason)
  const opened = await openPayment(shop, created.order.id, { channel: 'native', buyer: BUYER })
  if (!opened.ok) throw new Error(opened.reason)
  const body = JSON.stringify({ out_trade_no: opened.payment.outTradeNo, outcome: 'success' })
  const headers = { 'content-type': 'application/json' }
  await emulator?.fetch(new Request(`${NOWHERE}/emulator/_control/pay`, { method: 'POST', headers, body }))
  return created.order.id
}

async function salesOf({ emulator }: Runtime): Promise<Sale[]> {
  if (emulator === null) throw new Error('there is no WeChat')
  const response = await emulator.fetch(new Request(`${NOWHERE}/emulator/_control/state`))
  const { orders } = (await response.json()) as { orders: Trade[] }
  return orders.map((it) => ({
    outTradeNo: it.out_trade_no,
    transactionId: it.transaction_id,
    amountFen: it.total_fee,
  }))
}

/** WeChat's own message about a sale. */
export function messageOf({ outTradeNo, transactionId, amountFen }: Sale): string {
  const amount = String(amountFen)
  return signedNotification(outTradeNo, { transaction_id: transactionId, total_fee: amount, cash_fee: amount })
}
