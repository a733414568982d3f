import { Hono } from 'hono'
import { endRefund, REFUND_OUTCOMES, refundInConsole } from '../api/refunds'
import type { Deliveries } from '../delivery/deliveries'
import type { RefundRecord } from '../ledger/refund-schema'
import type { Env } from '../show-page'
import type { WeChat } from '../wechat'
import type { FormFields } from './fault-form'
import { findTrade, takeForm } from './form-routes'
import { orderHref, refundHref } from './frame'

/** What is tapped on the pages of orders and refunds. Every answer leads back to a page, so that a reload taps nothing. */
export function createRefundForms(wechat: WeChat, deliveries: Deliveries, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.post('/order/refund', (c) =>
    takeForm(c, (form) => {
      const trade = findTrade(wechat, form)
      if (trade === null) return c.text('no such order', 404)
      const refundFee = readFen(form.yuan)
      const requested = refundFee === null ? null : refundInConsole(wechat, trade, refundFee)
      deliveries.wake()
      return requested?.ok
        ? c.redirect(`${refundHref({ base }, requested.refund)}&notice=made`, 303)
        : c.redirect(`${orderHref({ base }, trade)}&notice=not_refunded`, 303)
    }),
  )
  app.post('/refund/end', (c) =>
    takeForm(c, (form) => {
      const refund = findRefund(wechat, form)
      const outcome = REFUND_OUTCOMES.find((it) => it === form.outcome)
      if (refund === null || outcome === undefined) return c.text('no such refund or button', 404)
      const ended = endRefund(wechat, refund, outcome)
      deliveries.wake()
      return c.redirect(`${refundHref({ base }, refund)}&notice=${ended === null ? 'refused' : 'ended'}`, 303)
    }),
  )
  app.post('/refund/resend', (c) =>
    takeForm(c, async (form) => {
      const refund = findRefund(wechat, form)
      if (refund === null) return c.text('no such refund', 404)
      const resent = await deliveries.resend(refund)
      return c.redirect(`${refundHref({ base }, refund)}&notice=${resent === null ? 'not_notified' : 'resent'}`, 303)
    }),
  )
  return app
}

export function findRefund(
  { ledger }: WeChat,
  { mch_id: mchId = '', out_refund_no: outRefundNo = '' }: FormFields,
): RefundRecord | null {
  return ledger.findRefund({ mchId, outRefundNo })
}

/** An amount in yuan as people write it; null when it is none. */
function readFen(text = ''): number | null {
  const [, whole = '', fraction = ''] = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? []
  const fen = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return whole !== '' && fen > 0 ? fen : null
}
