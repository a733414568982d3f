import { randomUUID } from 'node:crypto'
import { messageOf, type Sale } from '../attack/sales'
import { signedNotification } from '../messages'
import type { Call } from './driver'

/* What is sent in the bench. */

export type Created = { id: string; token: string }

export function genuine(sales: Sale[]): string[] {
  return sales.map(messageOf)
}

/** Each about a payment that is known, and signed with another key. */
export function forged(sales: Sale[]): string[] {
  return sales.map(({ outTradeNo }) =>
    signedNotification(outTradeNo, { nonce_str: randomUUID() }, { key: 'x'.repeat(32) }),
  )
}

export function post(path: string, body: string, headers: Record<string, string>): Call {
  return { method: 'POST', path, headers, body }
}

export function page(path: string, headers: Record<string, string> = {}): Call {
  return { method: 'GET', path, headers: { 'accept-language': 'en', accept: 'text/html', ...headers }, body: null }
}

export function notify(path: string, bodies: string[]): Call[] {
  return bodies.map((body) => post(path, body, { 'content-type': 'text/xml' }))
}

const JSON_TYPE = { 'content-type': 'application/json' }
export const ORDER = post(
  '/api/orders',
  JSON.stringify({ items: [{ productId: 'tea-longjing', quantity: 1 }] }),
  JSON_TYPE,
)

export function prepay({ id, token }: Created): Call {
  const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` }
  return post(`/api/orders/${id}/prepay`, JSON.stringify({ channel: 'native' }), headers)
}

export function repeat(many: number, call: Call): Call[] {
  return Array.from({ length: many }, () => call)
}
