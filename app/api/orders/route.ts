import { createHash } from 'node:crypto'
import { requestLocale } from '@/lib/i18n/request-locale'
import type { Runtime } from '@/lib/runtime'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import { isForm, readForm, readJson } from '@/lib/web/body'
import { CART_COOKIE, readCart, readItem } from '@/lib/web/cart'
import { channelFor } from '@/lib/web/channel'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import { ORDERS_AGE_SECONDS, ORDERS_COOKIE, orderToken, withOrder } from '@/lib/web/order-token'
import { isSameOrigin, remoteAddress } from '@/lib/web/origin'
import { PAYER_COOKIE, readPayer } from '@/lib/web/payer'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { newOrder } from '../contract/schemas'
import { route } from '../route-handler'
import { createdOrderView } from './view'

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{16,128}$/

/** Makes an order: from JSON for apps, from the cart's form for browsers. */
export const POST = route(
  async ({ request, runtime }) => (isForm(request) ? orderFromForm(request, runtime) : orderFromJson(request, runtime)),
  ({ request, runtime }) => [{ limit: 'orders', key: remoteAddress(request, runtime.config.trustedProxies) }],
)

async function orderFromJson(request: Request, { shop, orderSecret }: Runtime): Promise<Response> {
  const body = await readJson(request, newOrder)
  if (!body.ok) return body.response
  const key = request.headers.get('idempotency-key')
  // A key that others can guess would show them the order of whoever used it first.
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) return problem('invalid_idempotency_key')
  const fingerprint = createHash('sha256').update(JSON.stringify(body.value.items)).digest('hex')
  const created = await createOrder(shop, body.value.items, key === null ? null : { key, fingerprint })
  if (!created.ok) return problem(created.reason, created.productId ?? undefined)
  const { order } = created
  const view = createdOrderView(order, orderToken(orderSecret, order.id), requestLocale(request))
  return json(view, 201, { location: `/api/orders/${order.id}` })
}

/** The cart, or the items that the form names, as when something is ordered again. */
async function orderFromForm(request: Request, runtime: Runtime): Promise<Response> {
  const { shop, orderSecret, config } = runtime
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
    const product = created.productId === null ? {} : { product: created.productId }
    return redirect(withProblem('/cart', created.reason, product))
  }
  const opened = await openSuitable(request, runtime, created.order.id)

  const orders = withOrder(orderSecret, readCookie(request, ORDERS_COOKIE), created.order.id)
  const cookies = [writeCookie(ORDERS_COOKIE, orders, ORDERS_AGE_SECONDS, config.publicUrl)]
  if (named.length === 0) cookies.push(writeCookie(CART_COOKIE, '', 0, config.publicUrl))
  const page = `/orders/${created.order.id}`
  const isRefused = opened?.ok === false && opened.reason === 'wechat_refused'
  return redirect(isRefused ? withProblem(page, opened.reason) : page, cookies)
}

/**
 * Opens a payment on the channel that suits this browser. When WeChat does not answer, the order stands all the same and
 * its page offers to try again; inside WeChat the page asks first who is there.
 */
async function openSuitable(request: Request, { shop, orderSecret, config }: Runtime, orderId: string) {
  const channel = channelFor(request.headers.get('user-agent'))
  const openid = readPayer(orderSecret, readCookie(request, PAYER_COOKIE))
  if (channel === 'jsapi' && openid === null) return null
  const buyer = { buyerAddress: remoteAddress(request, config.trustedProxies), openid }
  return openPayment(shop, orderId, { channel, buyer })
}
