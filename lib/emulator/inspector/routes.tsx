/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { hostOf } from '../access'
import { listWaiting } from '../api/cashier'
import type { Deliveries } from '../delivery'
import type { View } from '../page'
import { type Env, showScript, showScriptedPage, showStyle } from '../show-page'
import type { WeChat } from '../wechat'
import { ActivityPage } from './activity-page'
import { CallPage } from './call-page'
import type { Changes } from './changes'
import { ClockPage, MissingPage, ResetPage } from './clock-page'
import { DeliveryPage } from './delivery-page'
import { FaultsPage } from './faults-page'
import { createForms, findTrade } from './form-routes'
import { type Desk, deskOf } from './frame'
import { findHistory } from './history'
import { OrderPage, SAID } from './order-page'
import { OrdersPage } from './orders-page'
import { INSPECTOR_JS } from './script'
import { INSPECTOR_CSS } from './style'
import { readTradeWish, readWish } from './wish'

const ROWS_MAX = 50
/** Rows beside the list. */
const RAIL_MAX = 6

/** The inspector's addresses. */
export function createInspector(wechat: WeChat, deliveries: Deliveries, changes: Changes, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/inspector.css', (c) => showStyle(c, INSPECTOR_CSS))
  app.get('/inspector.js', (c) => showScript(c, INSPECTOR_JS))
  app.get('/_control/events', (c) => changes.answer(c.req.raw.signal))
  app.route('/', createPages(wechat, base))
  app.route('/', createForms(wechat, deliveries, base))
  return app
}

/** What is only looked at. */
function createPages(wechat: WeChat, base: string): Hono<Env> {
  const { ledger, clock } = wechat
  const app = new Hono<Env>()

  // Pages are read and counted in one go: nothing is written in between that an open page could miss.
  const show = (c: Context<Env>, draw: (desk: Desk) => ReturnType<typeof MissingPage>, status?: 200 | 400 | 404) => {
    const books = { now: clock.now(), changes: ledger.countChanges(), faults: ledger.listFaults().length }
    return showScriptedPage(c, base, (view: View) => draw(deskOf(view, books)), status)
  }
  const missing = (c: Context<Env>) => show(c, (desk) => <MissingPage desk={desk} />, 404)

  app.get('/', (c) => {
    const wish = readWish(c.req.query())
    return show(c, (desk) => (
      <ActivityPage
        desk={desk}
        wish={wish}
        acts={ledger.listActivity(wish, ROWS_MAX)}
        upcoming={ledger.listUpcoming(RAIL_MAX)}
        checkouts={listWaiting(wechat).slice(0, RAIL_MAX)}
        address={addressOf(c, base)}
      />
    ))
  })
  app.get('/call', (c) => {
    const request = ledger.findRequest(Number(c.req.query('id')))
    if (request === null) return missing(c)
    const trade = request.outTradeNo === null ? null : ledger.findTradeByNumber(request.outTradeNo)
    return show(c, (desk) => <CallPage desk={desk} request={request} trade={trade} address={addressOf(c, base)} />)
  })
  app.get('/delivery', (c) => {
    const delivery = ledger.findDelivery(Number(c.req.query('id')))
    return delivery === null ? missing(c) : show(c, (desk) => <DeliveryPage desk={desk} delivery={delivery} />)
  })

  app.get('/orders', (c) => {
    const wish = readTradeWish(c.req.query())
    return show(c, (desk) => <OrdersPage desk={desk} wish={wish} found={ledger.searchTrades(wish, ROWS_MAX)} />)
  })
  app.get('/order', (c) => {
    const trade = findTrade(wechat, c.req.query())
    if (trade === null) return missing(c)
    const history = findHistory(wechat, trade, readWish(c.req.query()).before)
    const said = SAID.find((it) => it === c.req.query('said')) ?? null
    return show(c, (desk) => <OrderPage desk={desk} history={history} said={said} />)
  })

  app.get('/faults', (c) => {
    const { out_trade_no: outTradeNo = '', refused } = c.req.query()
    return show(c, (desk) => (
      <FaultsPage desk={desk} faults={ledger.listFaults()} outTradeNo={outTradeNo} isRefused={refused === '1'} />
    ))
  })

  app.get('/clock', (c) => {
    const expiring = listWaiting(wechat).sort((a, b) => a.payableUntil - b.payableUntil)
    return show(c, (desk) => (
      <ClockPage
        desk={desk}
        aheadMs={ledger.clockOffsetMs()}
        upcoming={ledger.listUpcoming(RAIL_MAX)}
        expiring={expiring.slice(0, RAIL_MAX)}
      />
    ))
  })
  app.get('/reset', (c) => show(c, (desk) => <ResetPage desk={desk} />))
  return app
}

/** Where the visitor reaches this emulator, which is where a program on the same machine reaches it too. */
function addressOf(c: Context<Env>, base: string): string {
  return `${new URL(c.req.url).protocol}//${hostOf(c.req.raw)}${base}`
}
