import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { nameOf, openWorld, PUBLIC_URL, type World } from '../world'

const OPERATOR = { email: 'olga@shop.example', password: 'a long enough password' }

let world: World
beforeEach(async () => {
  world = await openWorld()
  await ensureFirstAdmin(world.runtime, OPERATOR)
})
afterEach(() => world.close())

const JSON_TYPE = 'application/json'
const FORM_TYPE = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data; boundary=x'

/** Bodies that no honest client sends, by content type. */
const BODIES: [what: string, type: string | null, body: string | Uint8Array][] = [
  ['arrays in arrays', JSON_TYPE, '['.repeat(8_000) + ']'.repeat(8_000)],
  ['objects in objects', JSON_TYPE, `${'{"a":'.repeat(2_700)}1${'}'.repeat(2_700)}`],
  ['an unfinished depth', JSON_TYPE, '[{"a":'.repeat(2_500)],
  ['a doubled key', JSON_TYPE, '{"channel":"native","channel":"app"}'],
  ['a key doubled by an escape', JSON_TYPE, '{"channel":"native","\\u0063hannel":"app"}'],
  ['a prototype', JSON_TYPE, '{"__proto__":{"channel":"native"},"constructor":{"prototype":{}}}'],
  ['a thousand keys', JSON_TYPE, JSON.stringify(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [n, n])))],
  ['more than 16 KiB', JSON_TYPE, `"${'x'.repeat(70_000)}"`],
  ['an endless number', JSON_TYPE, `{"items":[{"productId":"tea-longjing","quantity":${'9'.repeat(1_000)}}]}`],
  ['half a surrogate', JSON_TYPE, '{"channel":"\\ud800","openid":"\\udc00"}'],
  ['a NUL', JSON_TYPE, '{"channel":"native\\u0000"}'],
  ['no UTF-8', JSON_TYPE, Uint8Array.of(0x22, 0xff, 0xfe, 0x22)],
  ['UTF-16', `${JSON_TYPE}; charset=utf-16`, new Uint8Array(Buffer.from('{"channel":"native"}', 'utf16le'))],
  ['only null', JSON_TYPE, 'null'],
  ['nothing', JSON_TYPE, ''],
  ['no JSON at all', JSON_TYPE, '<xml/>'],
  ['a form of NULs', FORM_TYPE, 'email=%00&password=%00&note=%00&id=%00&session=%00&act=%00&channel=%00&back=%00'],
  ['a form of no UTF-8', FORM_TYPE, 'email=%ff&note=%ff%fe&session=%c0%80&act=%ed%a0%80&channel=%ff'],
  ['a form with thousands of fields', FORM_TYPE, 'a&'.repeat(8_000)],
  ['a form of more than 16 KiB', FORM_TYPE, `note=${'x'.repeat(70_000)}`],
  ['a form with broken escapes', FORM_TYPE, 'note=%&act=%zz&email=%e0%a4'],
  ['a file', MULTIPART, '--x\r\ncontent-disposition: form-data; name="note"; filename="a"\r\n\r\nb\r\n--x--\r\n'],
  ['a broken file', MULTIPART, '--x'],
  ['text', 'text/plain', '{"channel":"native"}'],
  ['XML', 'text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['a type that is none', ';;;=', '{}'],
  ['a long type', `application/${'x'.repeat(4_000)}`, '{}'],
  ['no type', null, '{}'],
]

/** Every route file below `app/api`, with the methods that take a body. */
async function routesWithBody(): Promise<[path: string, method: string][]> {
  const files = readdirSync('app/api', { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('route.ts'))
  const found = await Promise.all(
    files.map(async (file) => {
      const handlers = Object.keys(await import(resolve('app/api', file)))
      const methods = handlers.filter((it) => /^(POST|PUT|PATCH|DELETE)$/.test(it))
      return methods.map((method): [string, string] => [`/api/${file.replace('/route.ts', '')}`, method])
    }),
  )
  return found.flat()
}

/** Somebody whom everything is allowed: so it is the body alone that is refused. */
async function trusted(): Promise<{ id: string; headers: Record<string, string> }> {
  const signedIn = await world.form('/api/admin/login', OPERATOR)
  const session = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ordered = await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const { id, token } = (await ordered.json()) as { id: string; token: string }
  const cookie = `${session}; ${nameOf('orders')}=${id}.${token}`
  return { id, headers: { cookie, 'sec-fetch-site': 'same-origin', referer: `${PUBLIC_URL}/admin/orders` } }
}

/** The word in an answer for why something was refused; null for one that did something. */
async function codeIn(answer: Response): Promise<string | null> {
  const location = answer.headers.get('location')
  if (location !== null) return new URL(location, PUBLIC_URL).searchParams.get('problem')
  if (answer.status < 400) return null
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  return ((await answer.json()) as { code: string }).code
}

test('no body that nobody honest sends brings an error, a stack or a line into the log, at any route', async () => {
  const { id, headers } = await trusted()
  const all = (await routesWithBody()).filter(([path]) => !path.startsWith('/api/wechat/notify'))
  // Whoever has signed out gets no further.
  const routes = [
    ...all.filter(([path]) => !path.endsWith('/logout')),
    ...all.filter(([path]) => path.endsWith('/logout')),
  ]
  expect(routes.length).toBeGreaterThan(15)
  for (const [path, method] of routes) {
    for (const [what, type, body] of BODIES) {
      const address = path.replace('[id]', path.includes('/orders/') ? id : '1').replace('[file]', 'x')
      const typed = { ...headers, ...(type !== null && { 'content-type': type }) }
      const answer = await world.fetch(address, { method, headers: typed, body: body as BodyInit })
      expect([method, path, what, answer.status < 500, (await answer.clone().text()).length < 2_000]).toEqual([
        ...[method, path, what, true, true],
      ])
      const code = await codeIn(answer)
      expect([path, what, code === null || /^[a-z_]+$/.test(code), code === 'internal']).toEqual([
        path,
        what,
        true,
        false,
      ])
    }
  }
  expect(world.warnings).toEqual([])
})

test.each(BODIES.filter(([, type]) => type === JSON_TYPE))('JSON with %s makes no order', async (_, type, body) => {
  const answer = await world.fetch('/api/orders', {
    method: 'POST',
    headers: { 'content-type': String(type) },
    body: body as BodyInit,
  })
  expect([answer.status >= 400 && answer.status < 500, await codeIn(answer)]).toEqual([
    true,
    expect.stringMatching(/^(malformed_json|repeated_key|invalid_body|invalid_quantity|body_too_large)$/),
  ])
})

test('an answer quotes little of what it refuses', async () => {
  const keys = Object.fromEntries(Array.from({ length: 700 }, (_, n) => [`a-long-key-${n}`, n]))
  const answer = await world.json('/api/orders', keys)
  expect((await answer.text()).length).toBeLessThan(600)
})
