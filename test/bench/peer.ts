import Sqlite from 'better-sqlite3'
import express, { type NextFunction, type Request, type Response } from 'express'
import Payment from 'tenpay'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'

/*
 * The peer of the bench: what people write by hand when they write it well. Express and tenpay; each notification is
 * logged first, its amount checked, the order queried at WeChat, and all that follows from it written in one transaction,
 * on SQLite with synchronous FULL and statements that are prepared once.
 */

const { PORT = '', DATABASE_FILE = '', WECHAT_URL = '' } = process.env

const db = new Sqlite(DATABASE_FILE)
db.pragma('journal_mode = wal')
db.pragma('synchronous = full')
const insertLog = db.prepare('insert into notifications (received_at, body) values (?, ?)')
const concludeLog = db.prepare(`update notifications set verdict = 'paid' where id = ?`)
const findOrder = db.prepare<[string], { id: number; amountFen: number; status: string }>(
  'select id, amount_fen amountFen, status from orders where out_trade_no = ?',
)
const payOrder = db.prepare(
  `update orders set status = 'paid', transaction_id = ?, paid_at = ? where id = ? and status = 'pending'`,
)
const insertEvent = db.prepare(`insert into order_events (order_id, at, what) values (?, ?, 'paid')`)

const wechat = new Payment({
  appid: DEMO_ACCOUNT.appid,
  mchid: DEMO_ACCOUNT.mchId,
  partnerKey: DEMO_ACCOUNT.apiKey,
  notify_url: `http://127.0.0.1:${PORT}/notify`,
})
for (const [name, address] of Object.entries(wechat.urls)) {
  wechat.urls[name] = address.replace('https://api.mch.weixin.qq.com', WECHAT_URL)
}

const settle = db.transaction((orderId: number, transactionId: string, logId: unknown) => {
  if (payOrder.run(transactionId, Date.now(), orderId).changes === 1) insertEvent.run(orderId, Date.now())
  concludeLog.run(logId)
})

function log(request: Request, response: Response, next: NextFunction): void {
  response.locals.logId = insertLog.run(Date.now(), request.body).lastInsertRowid
  next()
}

async function handle(request: Request, response: Response): Promise<void> {
  const { out_trade_no: number = '', total_fee: amount, transaction_id: transactionId = '' } = request.weixin ?? {}
  const order = findOrder.get(number)
  if (order === undefined) return response.reply('unknown order')
  if (Number(amount) !== order.amountFen) return response.reply('wrong amount')
  if (order.status === 'paid') return response.reply()
  const found = await wechat.orderQuery({ out_trade_no: number })
  const isPaid = found.trade_state === 'SUCCESS' && Number(found.total_fee) === order.amountFen
  if (!isPaid || found.transaction_id !== transactionId) return response.reply('not paid')
  settle(order.id, transactionId, response.locals.logId)
  response.reply()
}

const app = express()
app.disable('x-powered-by')
const text = express.text({ type: () => true, limit: '64kb' })
app.post('/notify', text, log, wechat.middlewareForExpress('pay'), (request, response, next) => {
  handle(request, response).catch(next)
})
app.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}`))
