import {
  ADDRESS_LENGTH_MAX,
  EMAIL_LENGTH_MAX,
  FEN_MAX,
  IDEMPOTENCY_KEY_LENGTH,
  LINES_MAX,
  NOTE_LENGTH_MAX,
  ORDER_NOTE_LENGTH_MAX,
  PHONE_LENGTH_MAX,
  QUANTITY_MAX,
  STOCK_MAX,
  TRACKING_NUMBER_LENGTH,
} from '@/lib/shop/limits'
import { REASON_BYTES_MAX, REFUNDS_MAX } from '@/lib/shop/refund'

/** Codes of all refusals the shop gives, with their HTTP status and title. The codes are stable; texts may change. */
export const PROBLEMS = {
  body_too_large: [413, 'The body is larger than this address accepts'],
  body_timeout: [408, 'The body did not arrive in time'],
  body_aborted: [400, 'The body ended before it was complete'],
  unsupported_media_type: [415, 'This content type is not accepted here'],
  malformed_json: [400, 'The body is not JSON'],
  repeated_key: [400, 'The body names a key twice'],
  invalid_body: [400, 'The body does not have the expected shape'],
  invalid_idempotency_key: [
    400,
    `An Idempotency-Key has ${IDEMPOTENCY_KEY_LENGTH.min} to ${IDEMPOTENCY_KEY_LENGTH.max} visible characters`,
  ],
  idempotency_key_reused: [422, 'This Idempotency-Key was used for another request'],
  empty_cart: [400, 'There is nothing to order'],
  too_many_lines: [400, `An order has at most ${LINES_MAX} different products`],
  invalid_quantity: [400, `The quantity must be a whole number from 1 to ${QUANTITY_MAX}`],
  amount_too_large: [400, `An order comes to at most ${FEN_MAX} fen`],
  unknown_product: [400, 'There is no such product'],
  sold_out: [409, 'There is not enough of this product left'],
  not_on_sale: [409, 'This product is not on sale any more'],
  share_exceeded: [409, 'An unpaid order takes at most half of what is left of a product'],
  too_many_unpaid_orders: [409, 'Too many orders of this buyer, or from this address, are not paid yet'],
  price_changed: [409, 'The price is not what the buyer was told'],
  invalid_email: [400, `This is no e-mail address, or it has more than ${EMAIL_LENGTH_MAX} characters`],
  invalid_phone: [400, `A phone number has 5 to ${PHONE_LENGTH_MAX} digits, blanks and hyphens`],
  invalid_address: [400, `An address has at most ${ADDRESS_LENGTH_MAX} characters`],
  invalid_order_note: [400, `A note has at most ${ORDER_NOTE_LENGTH_MAX} characters`],
  order_not_found: [404, 'There is no order with this number and this phone number or e-mail'],
  cart_changed: [409, 'The cart was changed since this page was made'],
  forbidden_origin: [403, 'The request comes from another site'],
  login_failed: [401, 'Address or password is wrong'],
  wrong_code: [401, 'The code is wrong, was used, or is not good any more'],
  sign_in_expired: [401, 'Signing in took too long, or too many codes were wrong'],
  not_signed_in: [401, 'This needs an admin who is signed in'],
  not_allowed: [403, 'A viewer may look, but not act'],
  wrong_password: [403, 'The current password is wrong'],
  weak_password: [400, 'A password has 12 to 128 characters'],
  common_password: [400, 'This password is among the first that anybody would try'],
  second_factor_on: [409, 'The second step is on already'],
  email_taken: [409, 'Somebody has this e-mail already'],
  last_operator: [409, 'The last operator stays one'],
  own_account: [409, 'Nobody changes or removes their own account here'],
  too_many_requests: [429, 'Too many requests'],
  busy: [503, 'Too much is going on at the moment; nothing was changed'],
  not_found: [404, 'There is nothing here for you'],
  method_not_allowed: [405, 'This method is not offered here'],
  not_processed_yet: [409, 'The message is still being processed'],
  order_paid: [409, 'The order is paid already'],
  order_unpaid: [409, 'The order is not paid'],
  too_many_saved: [409, 'There are too many saved filters'],
  nothing_chosen: [400, 'No order was chosen'],
  already_shipped: [409, 'The order was marked as shipped already'],
  not_shipped: [409, 'The order has not left yet'],
  invalid_tracking_number: [
    400,
    `A tracking number has ${TRACKING_NUMBER_LENGTH.min} to ${TRACKING_NUMBER_LENGTH.max} letters and digits`,
  ],
  order_refunded: [409, 'All money of this order went back or is on its way: its goods stay here'],
  refund_unreviewed: [409, 'Money of this order went back at WeChat; somebody has to look first'],
  already_resolved: [409, 'This money was resolved already'],
  invalid_refund_amount: [400, 'The amount of a refund is a whole number of fen, at least 1'],
  invalid_refund_lines: [400, 'The lines of a refund are pieces of the order that were not refunded yet'],
  reason_required: [400, 'A reason is needed'],
  reason_too_long: [400, `A reason has at most ${REASON_BYTES_MAX} bytes in UTF-8`],
  refund_too_much: [409, 'This is more than is left of the payment'],
  refund_too_soon: [409, 'WeChat takes one refund a minute of a payment'],
  refund_too_late: [409, 'WeChat refunds a payment for one year'],
  too_many_refunds: [409, `WeChat refunds a payment at most ${REFUNDS_MAX} times`],
  refunds_off: [409, 'Refunds are off: the certificate of the merchant is missing or has expired'],
  refund_pending: [409, 'A refund was asked for already, and waits for an answer'],
  refund_decided: [409, 'The wish for a refund was answered already'],
  refund_not_abnormal: [409, 'This refund is not abnormal any more, or its API has no such call'],
  reroute_refused: [502, 'WeChat Pay did not take this on; the refund is still abnormal'],
  goods_changed: [409, 'Somebody changed the product meanwhile'],
  invalid_price: [400, `A price is a whole number of fen from 1 to ${FEN_MAX}`],
  invalid_stock: [400, `A stock is a whole number from 0 to ${STOCK_MAX}`],
  note_required: [400, `A note of 1 to ${NOTE_LENGTH_MAX} characters is needed`],
  order_closed: [409, 'The order is closed'],
  order_expired: [409, 'The time to pay the order is over'],
  not_paid_yet: [409, 'WeChat has no payment for this order yet'],
  unknown_channel: [400, 'There is no such channel'],
  openid_required: [400, 'The jsapi channel needs the openid of the payer'],
  wechat_unavailable: [502, 'WeChat Pay did not answer; the order is unchanged'],
  wechat_refused: [502, 'WeChat Pay refused the payment; the order is unchanged'],
  store_unavailable: [503, 'The shop cannot write at the moment; nothing was changed'],
  private_key_pasted: [400, 'A private key stays on its machine; nothing was done with this one'],
  not_a_public_key: [400, 'This is neither an RSA public key nor a certificate in PEM'],
  internal: [500, 'Something went wrong; nothing was changed'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(PROBLEMS, code)
}

/** A refusal as RFC 9457 describes it, with the code a program branches on. */
export function problem(code: ProblemCode, detail?: string, headers: Record<string, string> = {}): Response {
  const [status] = PROBLEMS[code]
  // The rest of a body that is too large is not read; the connection cannot be used for another request. Who comes at a
  // busy moment makes room for others.
  const close = status === 413 || status === 408 || code === 'busy' ? { connection: 'close' } : {}
  return new Response(problemText(code, detail), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...close, ...headers },
  })
}

/** What programs read of it. */
export function problemText(code: ProblemCode, detail?: string): string {
  const [status, title] = PROBLEMS[code]
  const type = `urn:wechat-pay-shop:problem:${code}`
  return JSON.stringify({ type, title, status, code, ...(detail && { detail }) })
}

/** An answer with data; nothing of it may be kept by caches, since it belongs to one customer. */
export function json(data: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(data, { status, headers: { 'cache-control': 'no-store', ...headers } })
}
