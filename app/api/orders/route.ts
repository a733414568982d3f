import { z } from 'zod'
import { CART_COOKIE, readCart, readItem } from '@/lib/cart'
import {
  isForm,
  isSameOrigin,
  json,
  problem,
  readCookie,
  readForm,
  readJson,
  redirect,
  remoteAddress,
  withProblem,
  writeCookie,
} from '@/lib/http'
import { requestLocale } from '@/lib/i18n/request-locale'
import { ORDERS_AGE_SECONDS, ORDERS_COOKIE, orderToken, withOrder } from '@/lib/order-access'
import type { Runtime } from '@/lib/runtime'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import { door } from '../door'
import { orderView } from './view'

const newOrder = z.strictObject({
  items: z.array(z.strictObject({ productId: z.string().min(1).max(32), quantity: z.number() })).max(100),
})

/** Makes an order: from JSON for apps, from the cart's form for browsers. */
export const POST = door(async ({ request, runtime }) =>
  isForm(request) ? orderFromForm(request, runtime) : orderFromJson(request, runtime),
)

async function orderFromJson(request: Request, { shop, orderSecret }: Runtime): Promise<Response> {
  const body = await readJson(request, newOrder)
  if (!body.ok) return body.response
  const created = await createOrder(shop, body.value.items)
  if (!created.ok) return problem(created.reason, created.productId ?? undefined)
  const { order } = created
  const view = orderView({ order, payments: [] }, requestLocale(request))
  return json({ ...view, token: orderToken(orderSecret, order.id) }, 201, { location: `/api/orders/${order.id}` })
}

/** The cart, or the items that the form names, as when something is ordered again. */
async function orderFromForm(request: Request, { shop, orderSecret, config }: Runtime): Promise<Response> {
  if (!isSameOrigin(request, config.publicUrl)) return problem('forbidden_origin')
  const form = await readForm(request)
  if (!form.ok) return form.response
  const named = form.value.getAll('item')
  const items = named.length > 0 ? named.map(readItem) : readCart(readCookie(request, CART_COOKIE))
  if (items.some((item) => item === null)) return redirect(withProblem('/cart', 'invalid_body'))

  const created = await createOrder(
    shop,
    items.filter((item) => item !== null),
  )
  if (!created.ok) {
    return redirect(
      withProblem('/cart', created.reason, created.productId === null ? {} : { product: created.productId }),
    )
  }
  const { order } = created
  // When WeChat does not answer, the order stands all the same, and its page offers to try again.
  const buyerAddress = remoteAddress(request, config.trustedProxies)
  await openPayment(shop, order.id, { channel: 'native', buyerAddress, openid: null })

  const orders = withOrder(orderSecret, readCookie(request, ORDERS_COOKIE), order.id)
  const cookies = [writeCookie(ORDERS_COOKIE, orders, ORDERS_AGE_SECONDS, config.publicUrl)]
  if (named.length === 0) cookies.push(writeCookie(CART_COOKIE, '', 0, config.publicUrl))
  return redirect(`/orders/${order.id}`, cookies)
}
