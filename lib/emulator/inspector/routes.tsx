/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { hostOf, isSameSite } from '../access'
import { findBill, listWaiting, PRESSES, press } from '../cashier'
import type { Deliveries } from '../delivery'
import { faultSettings, readFaults, replaceFaults, switchFaults } from '../faults'
import type { View } from '../page'
import { CALL_FAULTS, DELIVERY_FAULTS } from '../schema'
import { type Env, showScript, showScriptedPage, showStyle } from '../show-page'
import type { WeChat } from '../wechat'
import { ActivityPage } from './activity-page'
import { CallPage } from './call-page'
import type { Changes } from './changes'
import { ClockPage, MissingPage, ResetPage, UNITS } from './clock-page'
import { DeliveryPage } from './delivery-page'
import { FaultsPage } from './faults-page'
import { type Desk, deskOf, homeOf, orderHref } from './frame'
import { findHistory } from './history'
import { OrderPage } from './order-page'
import { OrdersPage } from './orders-page'
import { INSPECTOR_JS } from './script'
import { INSPECTOR_CSS } from './style'
import { readTradeWish, readWish } from './wish'

const ROWS_MAX = 50
/** Rows beside the list. */
const RAIL_MAX = 6
const LEAP_SECONDS_MAX = 366 * 24 * 60 * 60

/** The inspector's addresses. */
export function createInspector(wechat: WeChat, deliveries: Deliveries, changes: Changes, base: string): Hono<Env> {
  const { ledger, clock } = wechat
  const app = new Hono<Env>()

  /** Counted before anything is read: what is written meanwhile makes the page ask once more, and is not missed. */
  const show = (c: Context<Env>, draw: (desk: Desk) => ReturnType<typeof MissingPage>, status?: 200 | 400 | 404) => {
    const books = { now: clock.now(), changes: ledger.countChanges(), faults: ledger.listFaults().length }
    return showScriptedPage(c, base, (view: View) => draw(deskOf(view, books)), status)
  }
  const missing = (c: Context<Env>) => show(c, (desk) => <MissingPage desk={desk} />, 404)

  app.get('/inspector.css', (c) => showStyle(c, INSPECTOR_CSS))
  app.get('/inspector.js', (c) => showScript(c, INSPECTOR_JS))
  app.get('/_control/events', (c) => changes.answer(c.req.raw.signal))

  app.get('/', (c) => {
    const wish = readWish(c.req.query())
    return show(c, (desk) => (
      <ActivityPage
        desk={desk}
        wish={wish}
        acts={ledger.listActs(wish, ROWS_MAX)}
        upcoming={ledger.listUpcoming(RAIL_MAX)}
        bills={listWaiting(wechat).slice(0, RAIL_MAX)}
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
  app.post('/order/press', (c) =>
    takeForm(c, async (form) => {
      const trade = findTrade(wechat, form)
      const outcome = PRESSES.find((it) => it === form.outcome)
      if (trade === null || outcome === undefined) return missing(c)
      const prepay = ledger.findNewestPrepay(trade)
      const bill = prepay && findBill(wechat, prepay)
      const pressed = bill !== null && press(wechat, bill, outcome).ok
      deliveries.wake()
      const said = outcome === 'success' ? 'paid' : outcome
      return c.redirect(`${orderHref({ base }, trade)}&said=${pressed ? said : 'refused'}`, 303)
    }),
  )
  app.post('/order/resend', (c) =>
    takeForm(c, async (form) => {
      const trade = findTrade(wechat, form)
      if (trade === null) return missing(c)
      const resent = await deliveries.resend(trade)
      return c.redirect(`${orderHref({ base }, trade)}&said=${resent === null ? 'not_paid' : 'resent'}`, 303)
    }),
  )

  app.get('/faults', (c) => {
    const { out_trade_no: outTradeNo = '', refused } = c.req.query()
    return show(c, (desk) => (
      <FaultsPage desk={desk} faults={ledger.listFaults()} outTradeNo={outTradeNo} isRefused={refused === '1'} />
    ))
  })
  app.post('/faults', (c) =>
    takeForm(c, (form) => c.redirect(`${base}/faults${turnOn(wechat, form) ? '' : '?refused=1'}`, 303)),
  )
  app.post('/faults/off', (c) =>
    takeForm(c, ({ all, name, out_trade_no: outTradeNo = '' }) => {
      const fault = FAULT_NAMES.find((it) => it === name)
      if (all === 'yes') ledger.removeFaults()
      else if (fault !== undefined) ledger.removeFault(outTradeNo, fault)
      return c.redirect(`${base}/faults`, 303)
    }),
  )

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
  app.post('/clock', (c) =>
    takeForm(c, async (form) => {
      const seconds = readLeap(form)
      if (seconds === null) return c.text('no such time', 400)
      await deliveries.advance(seconds * 1000)
      return c.redirect(`${base}/clock`, 303)
    }),
  )
  app.get('/reset', (c) => show(c, (desk) => <ResetPage desk={desk} />))
  app.post('/reset', (c) =>
    takeForm(c, ({ confirm }) => {
      if (confirm !== 'yes') return c.redirect(`${base}/reset`, 303)
      ledger.reset()
      return c.redirect(homeOf({ base }), 303)
    }),
  )
  return app
}

const SAID = ['resent', 'not_paid', 'paid', 'not_enough', 'cancel', 'refused'] as const
const FAULT_NAMES = [...CALL_FAULTS, ...DELIVERY_FAULTS] as const

type Form = Record<string, string | undefined>

/** A form of our own pages. Another site could send the same, and is refused. */
function takeForm(c: Context<Env>, take: (form: Form) => Response | Promise<Response>): Response | Promise<Response> {
  if (!isSameSite(c.req.raw)) return c.text('this form is not from the inspector', 403)
  return take(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(c.var.bytes))))
}

function findTrade({ ledger }: WeChat, { mch_id: mchId = '', out_trade_no: outTradeNo = '' }: Form) {
  return ledger.findTrade({ mchId, outTradeNo })
}

/** Where the visitor reaches this emulator, which is where a program on the same machine reaches it too. */
function addressOf(c: Context<Env>, base: string): string {
  return `${new URL(c.req.url).protocol}//${hostOf(c.req.raw)}${base}`
}

function readLeap({ seconds, amount, unit }: Form): number | null {
  const size = Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 0
  const leap = seconds === undefined ? Number(amount) * size : Number(seconds)
  return Number.isInteger(leap) && leap >= 1 && leap <= LEAP_SECONDS_MAX ? leap : null
}

/** Turns one fault on as the form says, checked by the same rules as the programs' control; says whether it did. */
function turnOn({ ledger }: WeChat, form: Form): boolean {
  const name = FAULT_NAMES.find((it) => it === form.name)
  if (name === undefined) return false
  const often = form.by === 'chance' ? { probability: Number(form.percent) / 100 } : { count: Number(form.times) }
  const hasUnit = name === 'latencyMs' || name === 'delaySeconds'
  const plain = often.count ?? often
  const own = { [name]: hasUnit ? { value: Number(form.amount), ...often } : plain }
  const outTradeNo = form.out_trade_no?.trim() ?? ''
  const seed = form.seed?.trim() ?? ''
  const asked = { ...(seed !== '' && { seed }), ...(outTradeNo === '' ? own : { orders: { [outTradeNo]: own } }) }
  const parsed = faultSettings.safeParse(asked)
  if (!parsed.success) return false
  if (seed !== '') replaceFaults(ledger, { ...readFaults(ledger), seed })
  switchFaults(
    ledger,
    outTradeNo === '' ? null : outTradeNo,
    outTradeNo === '' ? parsed.data : (parsed.data.orders?.[outTradeNo] ?? {}),
  )
  return true
}
