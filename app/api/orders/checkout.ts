import { createHash } from 'node:crypto'
import type { Runtime } from '@/lib/runtime'
import { createOrder, findMadeOrder, type OrderItem, openPayment } from '@/lib/shop/checkout'
import type { Holder } from '@/lib/shop/holding'
import type { Order } from '@/lib/shop/order'
import { readForm } from '@/lib/web/body'
import { BUYER_AGE_SECONDS, BUYER_COOKIE, boundKey, buyerCookieOf, holderOf } from '@/lib/web/buyer'
import { CART_COOKIE, readCart, readItem, seenAmountOf } from '@/lib/web/cart'
import { channelFor } from '@/lib/web/channel'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import { ORDERS_AGE_SECONDS, ORDERS_COOKIE, readOwnOrderIds, withOrder } from '@/lib/web/order-token'
import { isSameOrigin, remoteAddress } from '@/lib/web/origin'
import { PAYER_COOKIE, readPayer } from '@/lib/web/payer'
import { problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { requestLocale } from '@/lib/web/request-locale'
import { readContact } from './contact'

/** What a form asks for: the cart, or the items that it names, as when something is ordered again. */
type Asked = {
  /** Where the form stands, and is told why it was refused. */
  page: string
  /** Makes one order of all presses, in all tabs; null when nothing says that two presses are the same. */
  key: string | null
  items: OrderItem[]
  expectedFen: number | null
  /** What became of the form's cart since its page was made: another tab may have changed or ordered it. */
  cart: 'as it was' | 'changed' | 'gone' | null
}

/** What the shop's own pages send. Each press of one and the same form ends on the page of one and the same order. */
export async function orderFromForm(request: Request, runtime: Runtime): Promise<Response> {
  if (!isSameOrigin(request, runtime.config.publicUrl)) return problem('forbidden_origin')
  const form = await readForm(request)
  if (!form.ok) return form.response
  const asked = form.value.has('item')
    ? askedAgain(request, runtime, form.value)
    : askedOfCart(request, runtime, form.value)
  if (asked === null) return redirect(withProblem('/cart', 'invalid_body'))

  const buyer = buyerCookieOf(request, runtime.config.publicUrl)
  // Whatever has become of the cart since: who pressed twice is shown what the first press made.
  const made = asked.key === null ? null : await findMadeOrder(runtime.shop, asked.key)
  if (made !== null) return leadTo(made, buyer, request, runtime, asked)
  if (asked.cart === 'changed') return redirect(withProblem(asked.page, 'cart_changed'))
  if (asked.cart === 'gone') return redirect(withProblem(asked.page, 'empty_cart'))

  const left = readContact(form.value)
  if (!left.ok) return redirect(withProblem(asked.page, left.code))

  const { key, items, expectedFen } = asked
  const fingerprint = createHash('sha256').update(JSON.stringify(items)).digest('hex')
  const created = await createOrder(runtime.shop, {
    items,
    key: key === null ? null : { key, fingerprint },
    expectedFen,
    contact: left.contact,
    holder: holderIn(request, runtime, `cookie ${buyer}`),
  })
  if (created.ok) return leadTo(created.order, buyer, request, runtime, asked)
  const product = created.productId === null ? {} : { product: created.productId }
  return redirect(withProblem(asked.page, created.reason, product))
}

/** Whose order it is, for those that count unpaid ones; by their address only where limits by address are on. */
export function holderIn(request: Request, { orderSecret, config }: Runtime, buyer: string): Holder {
  return holderOf(orderSecret, buyer, config.hasRateLimits ? remoteAddress(request, config.trustedProxies) : null)
}

/** The form of the cart names the cart's key; a page that was made before the cart had one goes by the cookie alone. */
function askedOfCart(request: Request, { config }: Runtime, form: URLSearchParams): Asked {
  const cart = readCart(readCookie(request, CART_COOKIE, config.publicUrl))
  const key = form.get('cart') ?? cart.key
  const other = cart.items.length === 0 ? 'gone' : 'changed'
  return {
    page: '/cart',
    key: key === null ? null : boundKey(`cart of ${readCookie(request, BUYER_COOKIE, config.publicUrl) ?? ''}`, key),
    items: cart.items.map(({ productId, quantity }) => ({ productId, quantity })),
    expectedFen: amountIn(form) ?? seenAmountOf(cart.items),
    cart: key === cart.key ? 'as it was' : other,
  }
}

/** One order is ordered again once; who wants it a third time finds the button on the page of the second. */
function askedAgain(request: Request, { orderSecret, config }: Runtime, form: URLSearchParams): Asked | null {
  const items = form.getAll('item').map(readItem)
  if (items.some((item) => item === null)) return null
  const again = form.get('again') ?? ''
  const isOwn = readOwnOrderIds(orderSecret, readCookie(request, ORDERS_COOKIE, config.publicUrl)).includes(again)
  return {
    page: isOwn ? `/orders/${again}` : '/cart',
    key: isOwn ? boundKey('again', again) : null,
    items: items.filter((item) => item !== null).map(({ productId, quantity }) => ({ productId, quantity })),
    expectedFen: amountIn(form),
    cart: null,
  }
}

/** What the page said that it comes to; null when it did not. */
function amountIn(form: URLSearchParams): number | null {
  const text = form.get('amountFen') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** Leads the browser to its order, on which it can be paid, and remembers whose it is. */
async function leadTo(
  order: Order,
  buyer: string,
  request: Request,
  runtime: Runtime,
  { cart }: Asked,
): Promise<Response> {
  const { orderSecret, config } = runtime
  const opened = await openSuitable(request, runtime, order.id)
  const write = (name: string, value: string, age: number) => writeCookie(name, value, age, config.publicUrl)
  const orders = withOrder(orderSecret, readCookie(request, ORDERS_COOKIE, config.publicUrl), order.id)
  const cookies = [write(ORDERS_COOKIE, orders, ORDERS_AGE_SECONDS), write(BUYER_COOKIE, buyer, BUYER_AGE_SECONDS)]
  // A cart that was filled after this one was ordered stays.
  if (cart === 'as it was') cookies.push(write(CART_COOKIE, '', 0))
  const page = `/orders/${order.id}`
  const isRefused = opened?.ok === false && opened.reason === 'wechat_refused'
  return redirect(isRefused ? withProblem(page, opened.reason) : page, cookies)
}

/**
 * Opens a payment on the channel that suits this browser. When WeChat does not answer, the order stands all the same and
 * its page offers to try again; inside WeChat the page asks first who is there.
 */
async function openSuitable(request: Request, { shop, orderSecret, config }: Runtime, orderId: string) {
  const channel = channelFor(request.headers.get('user-agent'))
  const openid = readPayer(orderSecret, readCookie(request, PAYER_COOKIE, config.publicUrl))
  if (channel === 'jsapi' && openid === null) return null
  const buyer = { buyerAddress: remoteAddress(request, config.trustedProxies), openid }
  return openPayment(shop, orderId, { channel, buyer, language: requestLocale(request) })
}
