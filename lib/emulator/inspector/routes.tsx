/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import type { Access } from '../access'
import { listWaiting } from '../api/cashier'
import type { Deliveries } from '../delivery/deliveries'
import { type Env, showScript, showStyle } from '../show-page'
import type { WeChat } from '../wechat'
import { ActivityPage } from './activity-page'
import { CallPage } from './call-page'
import { ClockPage, MissingPage, ResetPage } from './clock-page'
import { DeliveryPage } from './delivery-page'
import { FaultsPage } from './faults-page'
import { readActivityFilter, readRefundFilter, readTradeFilter } from './filters'
import { createForms, findTrade } from './form-routes'
import { findHistory, findRefundHistory } from './history'
import { ORDER_NOTICES, OrderPage } from './order-page'
import { OrdersPage } from './orders-page'
import { pagesOf } from './pages'
import { createRefundForms, findRefund } from './refund-forms'
import { REFUND_NOTICES, RefundPage } from './refund-page'
import { RefundsPage } from './refunds-page'
import { INSPECTOR_JS } from './script'
import { INSPECTOR_CSS } from './style'

const ROWS_MAX = 50
/** Rows beside the list. */
const RAIL_MAX = 6

/** The inspector's addresses. */
export function createInspector(wechat: WeChat, deliveries: Deliveries, access: Access, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/inspector.css', (c) => showStyle(c, INSPECTOR_CSS))
  app.get('/inspector.js', (c) => showScript(c, INSPECTOR_JS))
  app.route('/', createPages(wechat, access, base))
  app.route('/', createRefundPages(wechat, base))
  app.route('/', createSettings(wechat, base))
  app.route('/', createForms(wechat, deliveries, base))
  app.route('/', createRefundForms(wechat, deliveries, base))
  return app
}

/** Activity and orders: pages that only show. */
function createPages(wechat: WeChat, access: Access, base: string): Hono<Env> {
  const { ledger } = wechat
  const app = new Hono<Env>()

  const show = pagesOf(wechat, base)
  const missing = (c: Context<Env>) => show(c, (context) => <MissingPage context={context} />, 404)

  app.get('/', (c) => {
    const filter = readActivityFilter(c.req.query())
    return show(c, (context) => (
      <ActivityPage
        context={context}
        filter={filter}
        list={ledger.listActivity(filter, ROWS_MAX)}
        upcoming={ledger.listUpcoming(RAIL_MAX)}
        checkouts={listWaiting(wechat).slice(0, RAIL_MAX)}
        address={access.addressOf(c.req.raw)}
      />
    ))
  })
  app.get('/call', (c) => {
    const request = ledger.findRequest(Number(c.req.query('id')))
    if (request === null) return missing(c)
    const trade = request.outTradeNo === null ? null : ledger.findTradeByNumber(request.outTradeNo)
    const { method, path, headers, body } = request
    const sent = { method, target: base + path, headers, bytes: body }
    const protocol = wechat.protocols[request.apiVersion]
    const message = protocol.describe(sent, wechat)
    const address = access.addressOf(c.req.raw)
    const { outRefundNo } = request
    const isRefundKnown =
      outRefundNo !== null && ledger.findRefund({ mchId: message?.merchant ?? '', outRefundNo }) !== null
    const reply = { ...sent, headers: request.answerHeaders, bytes: Buffer.from(request.answer) }
    const isSigned = reply.headers.some(([name]) => name === 'wechatpay-signature')
    const answerText = isSigned ? (protocol.describe(reply, wechat)?.signedText ?? null) : null
    const call = { request, message, answerText, trade, isRefundKnown, address }
    return show(c, (context) => <CallPage context={context} {...call} />)
  })
  app.get('/delivery', (c) => {
    const delivery = ledger.findDelivery(Number(c.req.query('id')))
    const notification = delivery && ledger.findNotification(delivery.notificationId)
    if (delivery === null || notification === null) return missing(c)
    const { notifyUrl: target, requestHeaders: headers, body } = delivery
    const sent = { method: 'POST', target, headers, bytes: Buffer.from(body) }
    const { apiVersion } = notification
    const message = wechat.protocols[apiVersion].describe(sent, wechat)
    return show(c, (context) => (
      <DeliveryPage context={context} delivery={delivery} apiVersion={apiVersion} message={message} />
    ))
  })

  app.get('/orders', (c) => {
    const filter = readTradeFilter(c.req.query())
    return show(c, (context) => (
      <OrdersPage context={context} filter={filter} found={ledger.searchTrades(filter, ROWS_MAX)} />
    ))
  })
  app.get('/order', (c) => {
    const trade = findTrade(wechat, c.req.query())
    if (trade === null) return missing(c)
    const history = findHistory(wechat, trade, readActivityFilter(c.req.query()).before)
    const notice = ORDER_NOTICES.find((it) => it === c.req.query('notice')) ?? null
    return show(c, (context) => <OrderPage context={context} history={history} notice={notice} />)
  })
  return app
}

/** Refunds: pages that only show. */
function createRefundPages(wechat: WeChat, base: string): Hono<Env> {
  const { ledger } = wechat
  const app = new Hono<Env>()
  const show = pagesOf(wechat, base)

  app.get('/refunds', (c) => {
    const filter = readRefundFilter(c.req.query())
    return show(c, (context) => (
      <RefundsPage context={context} filter={filter} found={ledger.searchRefunds(filter, ROWS_MAX)} />
    ))
  })
  app.get('/refund', (c) => {
    const refund = findRefund(wechat, c.req.query())
    const history = refund && findRefundHistory(wechat, refund, readActivityFilter(c.req.query()).before)
    if (history === null) return show(c, (context) => <MissingPage context={context} />, 404)
    const notice = REFUND_NOTICES.find((it) => it === c.req.query('notice')) ?? null
    return show(c, (context) => <RefundPage context={context} history={history} notice={notice} />)
  })
  return app
}

/** Faults and clock: pages with the forms that move them. */
function createSettings(wechat: WeChat, base: string): Hono<Env> {
  const { ledger } = wechat
  const app = new Hono<Env>()
  const show = pagesOf(wechat, base)

  app.get('/faults', (c) => {
    const { out_trade_no: outTradeNo = '', refused } = c.req.query()
    return show(c, (context) => (
      <FaultsPage context={context} faults={ledger.listFaults()} outTradeNo={outTradeNo} isRefused={refused === '1'} />
    ))
  })

  app.get('/clock', (c) => {
    const expiring = listWaiting(wechat).sort((a, b) => a.payableUntil - b.payableUntil)
    return show(c, (context) => (
      <ClockPage
        context={context}
        aheadMs={ledger.clockOffsetMs()}
        upcoming={ledger.listUpcoming(RAIL_MAX)}
        expiring={expiring.slice(0, RAIL_MAX)}
      />
    ))
  })
  app.get('/reset', (c) => show(c, (context) => <ResetPage context={context} />))
  return app
}
