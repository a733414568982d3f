import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setContentPolicy } from '@/lib/server/content-policy'
import { openRemembered } from '@/lib/server/remembered'

/* Pages that are given out again: by a server whose pages say in which order they were made, and show a price. */

let price: string | null
let made: number
let pageOf: (nonce: string) => { status?: number; headers?: Record<string, string>; parts: (string | Buffer)[] }
let port: number
let close: () => void

beforeEach(async () => {
  price = '68'
  made = 0
  pageOf = (nonce) => ({ parts: [`<html><script nonce="${nonce}">`, Buffer.from(`茶 ${price}, page ${made}`)] })
  const remembered = openRemembered(async () => price)
  const server = createServer((request, response) => {
    setContentPolicy(request, response, false)
    const nonce = /'nonce-([^']+)'/.exec(String(request.headers['content-security-policy']))?.[1] ?? ''
    remembered(request, response, async () => {
      made += 1
      const { status = 200, headers = {}, parts } = pageOf(nonce)
      response.setHeader('vary', 'rsc')
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers })
      for (const part of parts) response.write(part)
      response.end()
    }).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(() => close())

async function visit(path = '/', headers: Record<string, string> = {}, method = 'GET') {
  const request = send({ port, path, method, headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  const body = Buffer.concat(parts)
  const text = response.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString()
  const policy = String(response.headers['content-security-policy'])
  return { ...response, status: response.statusCode, headers: response.headers, text, policy }
}

test('a page is made once for all who see the same, and each answer has a nonce of its own', async () => {
  const [one, other] = [await visit(), await visit()]
  expect(made).toBe(1)
  for (const { status, text, policy, headers } of [one, other]) {
    expect([status, headers['content-type'], headers.vary]).toEqual([
      200,
      'text/html; charset=utf-8',
      'rsc, Accept-Encoding',
    ])
    const [, nonce] = /nonce="([^"]+)"/.exec(text) ?? []
    expect(policy).toContain(`'nonce-${nonce}'`)
    expect(text).toContain('茶 68, page 1')
  }
  expect(one.policy).not.toBe(other.policy)
})

test('a page is made anew when what it shows has changed, also while it was being made', async () => {
  await visit()
  price = '70'
  expect((await visit()).text).toContain('茶 70, page 2')
  price = '72'
  const page = pageOf
  pageOf = (nonce) => {
    const shown = page(nonce)
    price = '74'
    return shown
  }
  expect((await visit()).text).toContain('茶 72, page 3')
  expect((await visit()).text).toContain('茶 74, page 4')
  expect((await visit()).text).toContain('茶 74, page 4')
})

test('each language and each path has its own page', async () => {
  const english = { 'accept-language': 'en' }
  expect((await visit('/', english)).text).toContain('page 1')
  expect((await visit('/')).text).toContain('page 2')
  expect((await visit('/', { cookie: 'a=b; locale=en' })).text).toContain('page 1')
  expect((await visit('/products/a', english)).text).toContain('page 3')
  expect((await visit('/products/a', english)).text).toContain('page 3')
})

test.each<[string, Record<string, string>, string?]>([
  ['who has a cart', { cookie: 'cart-0a1b2c3d=tea' }],
  ['who looks at drafts', { cookie: '__prerender_bypass=x' }],
  ['who names two languages', { cookie: 'locale=zh; locale=en' }],
  ['who wants the data of a page', { rsc: '1' }],
  ['who fetches ahead', { 'next-router-prefetch': '1' }],
  ['who wants the head alone', {}, 'HEAD'],
])('%s gets an answer of their own', async (_, headers, method) => {
  await visit()
  await visit('/', headers, method)
  await visit('/', headers, method)
  expect(made).toBe(3)
  expect((await visit()).text).toContain('page 1')
})

test.each<[string, ReturnType<typeof pageOf>]>([
  ['an error', { status: 500, parts: ['<html>'] }],
  ['what is no page', { headers: { 'content-type': 'text/plain' }, parts: ['x'] }],
  ['what sets a cookie', { headers: { 'set-cookie': 'a=b' }, parts: ['<html>'] }],
  ['a very large page', { parts: [Buffer.alloc(600 * 1024, 'x')] }],
])('%s is not kept, and goes out as it is', async (_, answer) => {
  pageOf = () => answer
  for (const times of [1, 2]) {
    const { status, text, headers } = await visit()
    expect([status, text, made]).toEqual([answer.status ?? 200, answer.parts.join(''), times])
    expect([headers['set-cookie']].flat()).toEqual([answer.headers?.['set-cookie']])
  }
})

test('a page of which more may change, or whose store does not answer, is made each time', async () => {
  price = null
  await visit()
  await visit()
  expect(made).toBe(2)
})

test('a page is packed for whoever takes it', async () => {
  for (const page of ['page 1', 'page 1']) {
    const { headers, text } = await visit('/', { 'accept-encoding': 'br, gzip' })
    expect(headers['content-encoding']).toBe('gzip')
    expect(text).toContain(page)
  }
  expect((await visit('/', { 'accept-encoding': 'gzip;q=0' })).headers['content-encoding']).toBeUndefined()
})
