import { expect, test } from 'vitest'
import { problemOfLine } from '@/lib/server/request-line'

const problemOf = (line: string, isDev = false) => {
  const [method = '', url = ''] = line.split(' ')
  return problemOfLine({ method, url }, isDev)
}

test.each([
  'GET /',
  'HEAD /cart',
  'GET /products/longjing?x=%zz',
  'GET /%E8%8C%B6',
  'POST /api/cart',
  'PUT /emulator/_control/faults',
  'POST /emulator',
])('%s is looked at', (line) => expect(problemOf(line)).toBeNull())

test.each([
  'POST /',
  'PUT /cart',
  'DELETE /orders/1',
  'OPTIONS /',
  'PATCH /apis',
  'POST /_next/x',
  'POST /favicon.ico',
])('%s is no method of a page', (line) => expect(problemOf(line)).toBe('method_not_allowed'))

test.each([
  ...['GET /%', 'GET /%zz', 'GET /products/%E0%A4%A', 'GET /%00', 'GET /?a=%00', 'GET /api/orders/%zz'],
  ...['POST /api/orders/%00/cancel', 'GET http://evil.test/', 'GET *', 'OPTIONS *', 'GET evil.test:80', 'GET '],
])('%s names no address', (line) => expect(problemOf(line)).toBe('malformed_address'))

test('while pages are being written, Next.js may ask itself', () => {
  expect([problemOf('POST /__nextjs_original-stack-frames', true), problemOf('POST /cart', true)]).toEqual([
    null,
    'method_not_allowed',
  ])
})
