import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { IDEMPOTENCY_KEY_LENGTH, UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { PROBLEMS, type ProblemCode } from '@/lib/web/problem'
import answers from './examples.json'
import {
  createdOrder,
  foundOrder,
  goodsQuery,
  health,
  lookup,
  newOrder,
  order,
  prepay,
  prepayRequest,
  problemBody,
  products,
  refundRequest,
} from './schemas'
import { timeline } from './timeline'

const DESCRIPTION = `Buy from a mobile app: create an order, ask for the parameters of a channel, hand them to WeChat,
and call \`confirm\` when WeChat's SDK has returned. What the SDK says is no proof of payment: the order is paid when its
\`status\` says so, and only WeChat's own answer changes it.

**APP.** The names in \`app\` are the ones that were signed, all lower case. They go into the SDK's request object like this:

| here | iOS \`PayReq\` | Android \`PayReq\` |
| --- | --- | --- |
| \`appid\` | registered with \`WXApi\` | \`appId\` |
| \`partnerid\` | \`partnerId\` | \`partnerId\` |
| \`prepayid\` | \`prepayId\` | \`prepayId\` |
| \`package\` | \`package\` | \`packageValue\` |
| \`noncestr\` | \`nonceStr\` | \`nonceStr\` |
| \`timestamp\` | \`timeStamp\` (UInt32) | \`timeStamp\` |
| \`sign\` | \`sign\` | \`sign\` |

**API v2 and v3.** The shop opens a payment in either of WeChat Pay's APIs, and an app need not know in which: the names are
the same. Only the values of \`sign\` (\`paySign\`) and \`signType\` differ: a hash in hex and \`MD5\` or \`HMAC-SHA256\` with v2,
an RSA signature in Base64 and \`RSA\` with v3. Leave room for 344 characters.

A second call of \`prepay\` while the payment is open gives the same payment, freshly signed.

**Refusals** are \`application/problem+json\`; branch on \`code\`. Amounts are whole fen, instants epoch milliseconds.
**Limits** are told in \`RateLimit\` and \`RateLimit-Policy\`; beyond them the answer is 429 with \`Retry-After\`. So
is 503 with the code \`busy\`, when too much is going on for a moment.`

const ANYWHERE: ProblemCode[] = ['too_many_requests', 'busy', 'store_unavailable', 'internal']
const WITH_BODY: ProblemCode[] = [
  'unsupported_media_type',
  'malformed_json',
  'repeated_key',
  'invalid_body',
  'body_too_large',
  'body_timeout',
  'body_aborted',
]
const OF_ORDER: ProblemCode[] = ['not_found', 'forbidden_origin']

/** The contract of the JSON routes as OpenAPI 3.1, made from the schemas that the routes parse with. */
export function openApiDocument(origin: string) {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'orderToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token from the creation of the order. Browsers prove an order with a cookie instead.',
  })
  registry.registerComponent('securitySchemes', 'buyerToken', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A random text that an app makes once and keeps; by it the shop knows its requests as those of one buyer.',
  })
  for (const route of routes()) registry.registerPath(route)
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'WeChat Pay shop', version: '1.0.0', description: DESCRIPTION, license: { name: 'MIT' } },
    servers: [{ url: origin }],
  })
}

function routes(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/products',
      operationId: 'listProducts',
      summary: 'What can be bought',
      request: { query: goodsQuery },
      responses: {
        200: json('All products, or those that are looked for, in the order of the shop window', products),
        ...problems(ANYWHERE),
      },
    },
    createOrder(),
    lookUpOrder(),
    ...routesOfOrder(),
    {
      method: 'get',
      path: '/api/health',
      operationId: 'getHealth',
      summary: 'Whether the store answers',
      responses: { 200: json('It does', health), 503: json('It does not', health) },
    },
  ]
}

function createOrder(): RouteConfig {
  return {
    method: 'post',
    path: '/api/orders',
    operationId: 'createOrder',
    summary: 'Make an order and reserve its stock',
    description: `Who the buyer is, is told by a cookie in the shop's own pages, by \`Authorization: Bearer …\` in an app, and else by the address of the request. As its token an app sends a random text of its own, made once and kept: 16 to 128 letters, digits, \`_\` and \`-\`. Without one, a request that is repeated from another network is another buyer's.\n\nUnpaid orders keep goods from others, so there are limits: a buyer has at most ${UNPAID_ORDERS_MAX.buyer} of them at a time, and they keep at most half of what there is of a product (three quarters from one address). An order for which no payment is opened with \`prepay\` closes after five minutes, unless the shop set another time; with one it stands until \`expiresAt\`.`,
    security: [{}, { buyerToken: [] }],
    request: {
      headers: z.object({
        'Idempotency-Key': z
          .string()
          .optional()
          .describe(
            `${IDEMPOTENCY_KEY_LENGTH.min} to ${IDEMPOTENCY_KEY_LENGTH.max} visible characters, such as a UUID. The same key and body from the same buyer within 24 hours give the same order; another buyer with the same key gets an order of their own. Who sends neither a token nor a cookie is known by the address alone, which others may share: then the key and the body are all that tells two buyers apart, and whoever sends both is handed the order and its token. So make the key at random, such as a UUID of version 4, for one order only, and keep it as secret as the token`,
          ),
      }),
      body: { required: true, content: { 'application/json': { schema: newOrder } } },
    },
    responses: {
      201: json('The order, with the token that proves it', createdOrder, { order: answers.createdOrder }),
      ...problems([
        ...WITH_BODY,
        'empty_cart',
        'too_many_lines',
        'invalid_quantity',
        'unknown_product',
        'not_on_sale',
        'amount_too_large',
        'price_changed',
        'invalid_email',
        'invalid_phone',
        'invalid_address',
        'invalid_order_note',
        'sold_out',
        'share_exceeded',
        'too_many_unpaid_orders',
        'invalid_idempotency_key',
        'idempotency_key_reused',
        ...ANYWHERE,
      ]),
    },
  }
}

function lookUpOrder(): RouteConfig {
  return {
    method: 'post',
    path: '/api/orders/lookup',
    operationId: 'lookUpOrder',
    summary: 'Find an order by its number and the phone number or e-mail that was left with it',
    description: 'Every refusal is `order_not_found`, whether there is such an order or not.',
    request: { body: { required: true, content: { 'application/json': { schema: lookup } } } },
    responses: {
      200: json('The order, with the token that proves it', foundOrder),
      ...problems([...WITH_BODY, 'order_not_found', ...ANYWHERE]),
    },
  }
}

function routesOfOrder(): RouteConfig[] {
  const params = z.object({ id: z.string() })
  const ofOrder = { security: [{ orderToken: [] }], request: { params } }
  return [
    {
      method: 'get',
      path: '/api/orders/{id}',
      operationId: 'getOrder',
      summary: 'An order as it is now',
      ...ofOrder,
      responses: {
        200: json('The order', order, { paid: answers.order }),
        ...problems(['not_found', ...ANYWHERE]),
      },
    },
    {
      method: 'post',
      path: '/api/orders/{id}/prepay',
      operationId: 'prepayOrder',
      summary: 'Get what the device needs to pay on a channel',
      description:
        'Another channel than before closes the former payment at WeChat first. If WeChat has the money already, the order becomes paid and the answer is `order_paid`.',
      ...ofOrder,
      request: { params, body: { required: true, content: { 'application/json': { schema: prepayRequest } } } },
      responses: {
        200: json('Parameters for the channel', prepay, answers.prepay),
        ...problems([
          ...WITH_BODY,
          'unknown_channel',
          'openid_required',
          'order_paid',
          'order_closed',
          'order_expired',
          'wechat_unavailable',
          'wechat_refused',
          ...OF_ORDER,
          ...ANYWHERE,
        ]),
      },
    },
    {
      method: 'post',
      path: '/api/orders/{id}/confirm',
      operationId: 'confirmOrder',
      summary: 'Query WeChat whether the order is paid',
      ...ofOrder,
      responses: {
        200: json('The order, after WeChat answered', order),
        ...problems(['wechat_unavailable', ...OF_ORDER, ...ANYWHERE]),
      },
    },
    {
      method: 'post',
      path: '/api/orders/{id}/cancel',
      operationId: 'cancelOrder',
      summary: 'Close the order at WeChat and here, or find it paid',
      ...ofOrder,
      responses: {
        200: json('The order: closed, or paid if WeChat says so', order),
        ...problems(['wechat_unavailable', ...OF_ORDER, ...ANYWHERE]),
      },
    },
    {
      method: 'post',
      path: '/api/orders/{id}/refund-request',
      operationId: 'requestRefund',
      summary: 'Ask for the money of a paid order that was not shipped back',
      description:
        'Asks for all that is left of it. The shop decides: then the refund becomes `processing`, or `declined` with a `note`. A declined one may be asked for again.',
      ...ofOrder,
      request: { params, body: { required: true, content: { 'application/json': { schema: refundRequest } } } },
      responses: {
        200: json('The order, with the refund that waits', order, { asked: answers.refundRequested }),
        ...problems([
          ...WITH_BODY,
          'reason_required',
          'reason_too_long',
          'order_unpaid',
          'order_closed',
          'already_shipped',
          'refund_pending',
          'refund_too_much',
          'refund_too_late',
          ...OF_ORDER,
          ...ANYWHERE,
        ]),
      },
    },
    {
      method: 'get',
      path: '/api/orders/{id}/timeline',
      operationId: 'getTimeline',
      summary: 'How the order was paid, message by message',
      description:
        'What the shop and WeChat said to each other about the payments of this order, and what each notification was checked for; signatures are masked.',
      ...ofOrder,
      responses: { 200: json('The steps', timeline), ...problems(['not_found', ...ANYWHERE]) },
    },
    {
      method: 'get',
      path: '/api/orders/{id}/events',
      operationId: 'watchOrder',
      summary: 'The order now and at each change, as server-sent events named `order`',
      ...ofOrder,
      responses: {
        200: {
          description: 'A stream; the data of each event is an Order',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...problems(['not_found', ...ANYWHERE]),
      },
    },
  ]
}

/** An answer with data. The examples are answers that were really given. */
function json(description: string, schema: z.ZodType, examples: Record<string, unknown> = {}) {
  const named = Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]))
  const shown = Object.keys(named).length === 0 ? {} : { examples: named }
  return { description, content: { 'application/json': { schema, ...shown } } }
}

/** One response per status, naming every code that comes with it. */
function problems(codes: ProblemCode[]) {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) byStatus.set(PROBLEMS[code][0], [...(byStatus.get(PROBLEMS[code][0]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemBody } },
      },
    ]),
  )
}
