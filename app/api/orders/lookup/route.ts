import type { Runtime } from '@/lib/runtime'
import { plainContact, proofsOf } from '@/lib/shop/contact'
import { type Order, orderNumberOf, readOrderNumber } from '@/lib/shop/order'
import { isForm, readForm, readJson } from '@/lib/web/body'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import { ORDERS_AGE_SECONDS, ORDERS_COOKIE, orderToken, withOrder } from '@/lib/web/order-token'
import { isSameOrigin, remoteSubscriber } from '@/lib/web/origin'
import { json, type ProblemCode, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { isSameText } from '@/lib/web/signed-value'
import { lookup } from '../../contract/schemas'
import { route } from '../../route-handler'

/**
 * Gives an order to whoever knows its number and the phone number or e-mail that was left with it. No such order, nothing
 * left, something else left: all are answered alike, so that nobody learns what there is. One number is asked about a few
 * times a minute from all addresses together, so that nobody tries phone numbers through.
 */
export const POST = route(
  async ({ request, runtime }) => (isForm(request) ? fromForm(request, runtime) : fromJson(request, runtime)),
  ({ request, runtime }) => [{ limit: 'lookups', key: remoteSubscriber(request, runtime.config.trustedProxies) }],
)

async function fromForm(request: Request, runtime: Runtime): Promise<Response> {
  const { orderSecret, config } = runtime
  if (!isSameOrigin(request, config.publicUrl)) return problem('forbidden_origin')
  const form = await readForm(request)
  if (!form.ok) return form.response
  const asked = lookup.safeParse({ number: form.value.get('number'), contact: form.value.get('contact') })
  const found = asked.success ? await find(runtime, asked.data) : 'order_not_found'
  if (typeof found === 'string') return redirect(withProblem('/orders', found))
  const orders = withOrder(orderSecret, readCookie(request, ORDERS_COOKIE, config.publicUrl), found.id)
  return redirect(`/orders/${found.id}`, [writeCookie(ORDERS_COOKIE, orders, ORDERS_AGE_SECONDS, config.publicUrl)])
}

async function fromJson(request: Request, runtime: Runtime): Promise<Response> {
  const body = await readJson(request, lookup)
  if (!body.ok) return body.response
  const found = await find(runtime, body.value)
  if (typeof found === 'string') return problem(found)
  return json({ id: found.id, number: orderNumberOf(found.id), token: orderToken(runtime.orderSecret, found.id) })
}

async function find(
  { shop, limits }: Runtime,
  { number, contact }: { number: string; contact: string },
): Promise<Order | ProblemCode> {
  const beginning = readOrderNumber(number)
  if (beginning === null) return 'order_not_found'
  const taken = await limits.consume([{ limit: 'lookupsOfNumber', key: beginning }])
  if (!taken.isAllowed) return 'too_many_requests'
  const said = plainContact(contact)
  const orders = await shop.store.listOrdersOfNumber(beginning)
  const isTheirs = (order: Order) => proofsOf(order.contact).some((proof) => isSameText(said, proof))
  return orders.find(isTheirs) ?? 'order_not_found'
}
