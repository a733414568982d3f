import type { Runtime } from '@/lib/runtime'
import { getOrder, openPayment } from '@/lib/shop/checkout'
import type { Channel } from '@/lib/shop/payment'
import { isForm, readForm, readJson } from '@/lib/web/body'
import { readCookie } from '@/lib/web/cookie'
import { remoteAddress } from '@/lib/web/origin'
import { PAYER_COOKIE, readPayer } from '@/lib/web/payer'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { requestLocale } from '@/lib/web/request-locale'
import { channel, prepayRequest } from '../../../contract/schemas'
import { orderRoute } from '../../../route-handler'
import { prepayView } from '../../view'

/** Gets the order a payment on a channel; asked again, it gives the same payment, freshly signed. */
export const POST = orderRoute(async ({ request, runtime, params }) =>
  isForm(request) ? prepayFromForm(request, runtime, params.id) : prepayFromJson(request, runtime, params.id),
)

async function prepayFromForm(request: Request, runtime: Runtime, orderId: string): Promise<Response> {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = `/orders/${orderId}`
  const chosen = channel.safeParse(form.value.get('channel'))
  if (!chosen.success) return redirect(withProblem(page, 'unknown_channel'))
  const openid = readPayer(runtime.orderSecret, readCookie(request, PAYER_COOKIE, runtime.config.publicUrl))
  const opened = await open(request, runtime, orderId, chosen.data, openid)
  return redirect(opened.ok ? page : withProblem(page, opened.reason))
}

async function prepayFromJson(request: Request, runtime: Runtime, orderId: string): Promise<Response> {
  const body = await readJson(request, prepayRequest, { channel: 'unknown_channel' })
  if (!body.ok) return body.response
  const opened = await open(request, runtime, orderId, body.value.channel, body.value.openid ?? null)
  if (!opened.ok) return problem(opened.reason)
  const { shop, config } = runtime
  const invocation = shop.gateway.invocation(opened.payment, `${config.publicUrl.origin}/orders/${orderId}?from=wechat`)
  if (invocation === null) return problem('wechat_unavailable')
  const { order } = await getOrder(shop, orderId)
  return json(prepayView(opened.payment.outTradeNo, order.expiresAt, invocation))
}

async function open(request: Request, runtime: Runtime, orderId: string, on: Channel, openid: string | null) {
  if (on === 'jsapi' && openid === null) return { ok: false, reason: 'openid_required' } as const
  const buyer = { buyerAddress: remoteAddress(request, runtime.config.trustedProxies), openid }
  return openPayment(runtime.shop, orderId, { channel: on, buyer, language: requestLocale(request) })
}
