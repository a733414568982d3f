import { createHash } from 'node:crypto'
import type { Runtime } from '@/lib/runtime'
import { createOrder } from '@/lib/shop/checkout'
import { IDEMPOTENCY_KEY_LENGTH } from '@/lib/shop/limits'
import { isForm, readJson } from '@/lib/web/body'
import { boundKey, buyerOf } from '@/lib/web/buyer'
import { orderToken } from '@/lib/web/order-token'
import { remoteSubscriber } from '@/lib/web/origin'
import { json, problem } from '@/lib/web/problem'
import { requestLocale } from '@/lib/web/request-locale'
import { newOrder } from '../contract/schemas'
import { route } from '../route-handler'
import { holderIn, orderFromForm } from './checkout'
import { CONTACT_CODES, contactOf } from './contact'
import { createdOrderView } from './view'

const VISIBLE = /^[\x21-\x7e]+$/

/** Makes an order: from JSON for apps, from the cart's form for browsers. */
export const POST = route(
  async ({ request, runtime }) => (isForm(request) ? orderFromForm(request, runtime) : orderFromJson(request, runtime)),
  ({ request, runtime }) => [{ limit: 'orders', key: remoteSubscriber(request, runtime.config.trustedProxies) }],
)

async function orderFromJson(request: Request, runtime: Runtime): Promise<Response> {
  const { shop, orderSecret, config } = runtime
  const body = await readJson(request, newOrder, CONTACT_CODES)
  if (!body.ok) return body.response
  const key = request.headers.get('idempotency-key')
  if (key !== null && !isIdempotencyKey(key)) return problem('invalid_idempotency_key')
  const { items, expectedAmountFen = null, contact = {} } = body.value
  const buyer = buyerOf(request, config)
  const fingerprint = createHash('sha256').update(JSON.stringify(body.value)).digest('hex')
  const created = await createOrder(shop, {
    items,
    key: key === null ? null : { key: boundKey(buyer, key), fingerprint },
    expectedFen: expectedAmountFen,
    contact: contactOf(contact),
    holder: holderIn(request, runtime, buyer),
  })
  if (!created.ok) return problem(created.reason, detailOf(created))
  const { order } = created
  const view = createdOrderView(order, orderToken(orderSecret, order.id), requestLocale(request))
  return json(view, 201, { location: `/api/orders/${order.id}` })
}

function isIdempotencyKey(key: string): boolean {
  return VISIBLE.test(key) && key.length >= IDEMPOTENCY_KEY_LENGTH.min && key.length <= IDEMPOTENCY_KEY_LENGTH.max
}

/** The product that is in the way, or what all of it comes to now. */
function detailOf({ productId, amountFen }: { productId: string | null; amountFen: number | null }) {
  return productId ?? (amountFen === null ? undefined : `${amountFen}`)
}
