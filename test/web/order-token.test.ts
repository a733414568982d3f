import { expect, test } from 'vitest'
import { cookieName } from '@/lib/web/cookie'
import { accessTo, orderToken, readOwnOrderIds, withOrder } from '@/lib/web/order-token'

const SECRET = 'secret-of-this-shop'
const publicUrl = new URL('http://127.0.0.1:3000')
const ids = (count: number) => Array.from({ length: count }, (_, at) => `order${at}`)
const cookieOf = (orders: string[]) => orders.map((id) => `${id}.${orderToken(SECRET, id)}`).join('|')

test('a browser keeps its newest twenty orders, each once, the newest first', () => {
  const cookie = ids(25).reduce((it, id) => withOrder(SECRET, it, id), '')
  expect(readOwnOrderIds(SECRET, cookie)).toEqual(ids(25).reverse().slice(0, 20))
  const again = withOrder(SECRET, cookie, 'order10')
  expect(readOwnOrderIds(SECRET, again)).toEqual([
    'order10',
    ...ids(25)
      .reverse()
      .slice(0, 20)
      .filter((id) => id !== 'order10'),
  ])
})

test('of a cookie that somebody made longer, only the first twenty pairs are looked at', () => {
  expect(readOwnOrderIds(SECRET, cookieOf(ids(21)))).toEqual(ids(20))
  const chaff = Array.from({ length: 20 }, () => 'x.y')
  expect(readOwnOrderIds(SECRET, [...chaff, cookieOf(['order0'])].join('|'))).toEqual([])
})

test.each([undefined, '', '|', 'order0', 'order0.', '.', `order0.${orderToken('another secret', 'order0')}`])(
  'the cookie %s proves no order',
  (cookie) => {
    expect(readOwnOrderIds(SECRET, cookie)).toEqual([])
  },
)

test('whoever asks has the token, the cookie, or nothing', () => {
  const runtime = { orderSecret: SECRET, config: { publicUrl } }
  const asked = (headers: Record<string, string>, id = 'order0') =>
    accessTo(runtime, new Request('http://127.0.0.1:3000/', { headers }), id)
  const cookie = `${cookieName('orders', publicUrl)}=${encodeURIComponent(cookieOf(['order0']))}`
  const token = orderToken(SECRET, 'order0')
  expect(asked({ authorization: `Bearer ${token}` })).toBe('bearer')
  expect(asked({ authorization: `bearer ${token}` })).toBe('bearer')
  expect(asked({ cookie })).toBe('cookie')
  expect(asked({ cookie }, 'order1')).toBeNull()
  expect(asked({})).toBeNull()
  // A wrong token is not made good by a right cookie.
  expect(asked({ authorization: `Bearer ${orderToken(SECRET, 'order1')}`, cookie })).toBeNull()
})
