import { type Context, Hono } from 'hono'
import { isFromOwnPage } from '../access'
import { findCheckout, TAPS, tap } from '../api/cashier'
import type { Deliveries } from '../delivery/deliveries'
import { FAULT_NAMES } from '../fault-names'
import type { Env } from '../show-page'
import { forgetAll, type WeChat } from '../wechat'
import { UNITS } from './clock-page'
import { type FormFields, turnFaultOn } from './fault-form'
import { homeOf, orderHref } from './frame'

const LEAP_SECONDS_MAX = 366 * 24 * 60 * 60

/** What is tapped. Every answer leads back to a page, so that a reload taps nothing. */
export function createForms(wechat: WeChat, deliveries: Deliveries, base: string): Hono<Env> {
  const { ledger } = wechat
  const app = new Hono<Env>()
  app.post('/order/tap', (c) =>
    takeForm(c, async (form) => {
      const trade = findTrade(wechat, form)
      const outcome = TAPS.find((it) => it === form.outcome)
      if (trade === null || outcome === undefined) return c.text('no such order or button', 404)
      const prepay = ledger.findNewestPrepay(trade)
      const checkout = prepay && findCheckout(wechat, prepay)
      const isLate = form.late === '1'
      const tapped = checkout !== null && tap(wechat, checkout, outcome, { isLate }).ok
      deliveries.wake()
      const notice = outcome === 'success' ? 'paid' : outcome
      return c.redirect(`${orderHref({ base }, trade)}&notice=${tapped ? notice : 'refused'}`, 303)
    }),
  )
  app.post('/order/resend', (c) =>
    takeForm(c, async (form) => {
      const trade = findTrade(wechat, form)
      if (trade === null) return c.text('no such order', 404)
      const resent = await deliveries.resend(trade)
      return c.redirect(`${orderHref({ base }, trade)}&notice=${resent === null ? 'not_paid' : 'resent'}`, 303)
    }),
  )
  app.post('/faults', (c) =>
    takeForm(c, (form) => c.redirect(`${base}/faults${turnFaultOn(wechat, form) ? '' : '?refused=1'}`, 303)),
  )
  app.post('/faults/off', (c) =>
    takeForm(c, ({ all, name, out_trade_no: outTradeNo = '' }) => {
      const fault = FAULT_NAMES.find((it) => it === name)
      if (all === 'yes') ledger.removeFaults()
      else if (fault !== undefined) ledger.removeFault(outTradeNo, fault)
      return c.redirect(`${base}/faults`, 303)
    }),
  )
  app.post('/clock', (c) =>
    takeForm(c, async (form) => {
      const seconds = readLeap(form)
      if (seconds === null) return c.text('no such time', 400)
      await deliveries.advance(seconds * 1000)
      return c.redirect(`${base}/clock`, 303)
    }),
  )
  app.post('/reset', (c) =>
    takeForm(c, ({ confirm }) => {
      if (confirm !== 'yes') return c.redirect(`${base}/reset`, 303)
      forgetAll(wechat)
      return c.redirect(homeOf({ base }), 303)
    }),
  )
  return app
}

/** A form of our own pages. Another site could send the same, and is refused. */
export function takeForm(
  c: Context<Env>,
  take: (form: FormFields) => Response | Promise<Response>,
): Response | Promise<Response> {
  if (!isFromOwnPage(c.req.raw)) return c.text('this form is not from the inspector', 403)
  return take(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(c.var.bytes))))
}

export function findTrade({ ledger }: WeChat, { mch_id: mchId = '', out_trade_no: outTradeNo = '' }: FormFields) {
  return ledger.findTrade({ mchId, outTradeNo })
}

function readLeap({ seconds, amount, unit }: FormFields): number | null {
  const size = Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? 0
  const leap = seconds === undefined ? Number(amount) * size : Number(seconds)
  return Number.isInteger(leap) && leap >= 1 && leap <= LEAP_SECONDS_MAX ? leap : null
}
