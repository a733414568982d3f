import { expect, test } from 'vitest'
import { refusalOfLine } from '@/lib/server/request-line'

const statusOf = (line: string, isDev = false) => {
  const [method = '', url = ''] = line.split(' ')
  return refusalOfLine({ method, url }, isDev)
}

test.each([
  'GET /',
  'HEAD /cart',
  'GET /products/longjing?x=%zz',
  'GET /%E8%8C%B6',
  'POST /api/cart',
  'PUT /emulator/_control/faults',
  'POST /emulator',
])('%s is looked at', (line) => expect(statusOf(line)).toBeNull())

test.each([
  'POST /',
  'PUT /cart',
  'DELETE /orders/1',
  'OPTIONS /',
  'PATCH /apis',
  'POST /_next/x',
  'POST /favicon.ico',
])('%s is no method of a page', (line) => expect(statusOf(line)).toBe(405))

test.each([
  ...['GET /%', 'GET /%zz', 'GET /products/%E0%A4%A', 'GET /%00', 'GET /?a=%00', 'GET /api/orders/%zz'],
  ...['POST /api/orders/%00/cancel', 'GET http://evil.test/', 'GET *', 'OPTIONS *', 'GET evil.test:80', 'GET '],
])('%s names no address', (line) => expect(statusOf(line)).toBe(404))

test('while pages are being written, Next.js may ask itself', () => {
  expect([statusOf('POST /__nextjs_original-stack-frames', true), statusOf('POST /cart', true)]).toEqual([null, 405])
})
