import { z } from 'zod'
import { isForm, json, problem, readForm, readJson, redirect, remoteAddress, withProblem } from '@/lib/http'
import { getOrder, openPayment } from '@/lib/shop/checkout'
import type { Payment } from '@/lib/shop/payment'
import { orderDoor } from '../../../door'

const channel = z.enum(['native'])
const prepay = z.strictObject({ channel })

/** Gets the order a payment on a channel; asked again, it gives the same payment while that can be paid. */
export const POST = orderDoor(async ({ request, runtime, params }) => {
  const { shop, config } = runtime
  const buyerAddress = remoteAddress(request, config.trustedProxies)
  const open = (on: z.infer<typeof channel>) =>
    openPayment(shop, params.id, { channel: on, buyerAddress, openid: null })

  if (isForm(request)) {
    const form = await readForm(request)
    if (!form.ok) return form.response
    const page = `/orders/${params.id}`
    const chosen = channel.safeParse(form.value.get('channel'))
    if (!chosen.success) return redirect(withProblem(page, 'channel_not_offered'))
    const opened = await open(chosen.data)
    return redirect(opened.ok ? page : withProblem(page, opened.reason))
  }
  const body = await readJson(request, prepay)
  if (!body.ok) return body.response
  const opened = await open(body.value.channel)
  if (!opened.ok) return problem(opened.reason)
  const { order } = await getOrder(shop, params.id)
  return json(prepayView(opened.payment, order.expiresAt))
})

function prepayView({ channel, outTradeNo, prepay }: Payment, expiresAt: number) {
  return { channel, outTradeNo, codeUrl: prepay?.codeUrl ?? null, expiresAt }
}
