import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { openWorld, PUBLIC_URL, type World } from '../world'

/** What a browser says of itself when it sends a form or opens an address. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const ENGLISH = { ...BROWSER, 'accept-language': 'en-GB,en;q=0.9' }
const CHINESE = { ...BROWSER, 'accept-language': 'zh-CN,zh;q=0.9' }
const FROM_CART = { referer: `${PUBLIC_URL}/cart?problem=sold_out` }

let world: World
beforeEach(async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
})
afterEach(() => world.close())

/** The parts of a page that people go by. */
async function readPage(response: Response) {
  const html = await response.text()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    language: /<html lang="([^"]+)"/.exec(html)?.[1],
    heading: /<h1>([^<]+)/.exec(html)?.[1],
    texts: [...html.matchAll(/<p>([^<]+)<\/p>/g)].map(([, text]) => text),
    header: /<header class="([^"]*)">/.exec(html)?.[1],
    links: [...html.slice(html.indexOf('<main>')).matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, path]) => path),
  }
}

const HTML = 'text/html; charset=utf-8'

test('a form that was refused shows people why in their language, and leads back to where it stood', async () => {
  const post = (headers: Record<string, string>) =>
    world.fetch('/api/cart', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', ...headers }, body: 'x' })
  expect(await readPage(await post({ ...ENGLISH, ...FROM_CART, 'content-type': 'text/plain' }))).toEqual({
    status: 415,
    type: HTML,
    language: 'en',
    heading: en.problem.title,
    texts: [en.problem.unsupported_media_type],
    header: '',
    links: ['/cart?problem=sold_out', '/'],
  })
  expect(await readPage(await post({ ...CHINESE, 'content-type': 'text/plain' }))).toMatchObject({
    language: 'zh-CN',
    heading: zh.problem.title,
    texts: [zh.problem.unsupported_media_type],
    links: ['/'],
  })
  expect(await readPage(await post({ ...CHINESE, cookie: 'locale=en', 'content-type': 'text/plain' }))).toMatchObject({
    language: 'en',
  })
})

test('a form of another site is refused with a page that leads nowhere but home', async () => {
  const headers = { ...ENGLISH, 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/"><script>/x' }
  const shown = await readPage(await world.form('/api/cart', { action: 'add', productId: 'tea-qimen' }, headers))
  expect(shown).toMatchObject({ status: 403, texts: [en.problem.forbidden_origin], links: ['/'] })
  const admin = await readPage(await world.form('/api/admin/logout', {}, headers))
  expect(admin).toMatchObject({ status: 403, header: 'bar', links: ['/admin'] })
})

test('who sends too many forms is told how long to wait', async () => {
  const change = { action: 'add', productId: 'tea-qimen' }
  for (let n = 0; n < 300; n += 1) await world.form('/api/cart', change)
  const answer = await world.form('/api/cart', change, { ...ENGLISH, ...FROM_CART })
  const seconds = answer.headers.get('retry-after') ?? ''
  expect(await readPage(answer)).toMatchObject({
    status: 429,
    texts: [en.problem.too_many_requests, en.problemPage.wait.replace('{seconds}', seconds)],
    links: ['/cart?problem=sold_out', '/'],
  })
  expect(seconds).toMatch(/^\d+$/)
})

test('an address that only programs use tells a browser in a page that nothing is there', async () => {
  const shown = await readPage(await world.fetch('/api/orders/nobody', { headers: ENGLISH }))
  expect(shown).toMatchObject({ status: 404, type: HTML, texts: [en.problem.not_found], links: ['/'] })
  const told = await world.fetch('/api/orders/nobody', { headers: { accept: 'application/json' } })
  expect(told.headers.get('content-type')).toBe('application/problem+json')
})

test('a way back stays on this site and cannot break out of its link', async () => {
  const cases: [string, string[]][] = [
    ['http://127.0.0.1:3000//evil.example/', ['/']],
    [
      'http://127.0.0.1:3000/cart?a="><script>alert(1)</script>',
      ['/cart?a=%22%3E%3Cscript%3Ealert(1)%3C/script%3E', '/'],
    ],
    [`http://127.0.0.1:3000/cart?a='&b=1`, ['/cart?a=%27&#38;b=1', '/']],
    ['http://127.0.0.1:3000/api/cart', ['/']],
    ['javascript:alert(1)', ['/']],
  ]
  for (const [referer, links] of cases) {
    const headers = { ...ENGLISH, referer, 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }
    const shown = await readPage(await world.fetch('/api/cart', { method: 'POST', headers, body: 'x' }))
    expect([referer, shown.links]).toEqual([referer, links])
  }
})

type Handler = (request: Request, context: { params: Promise<object> }) => Promise<Response>

test('no route ever answers a browser with the text that is meant for programs', async () => {
  const files = readdirSync('app/api', { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('route.ts'))
  expect(files.length).toBeGreaterThan(25)
  for (const file of files) {
    const path = `/api/${file.replace('/route.ts', '')}`.replace(/\[\w+\]/g, '1')
    const handlers: Record<string, unknown> = await import(resolve('app/api', file))
    for (const [method, handler] of Object.entries(handlers)) {
      if (typeof handler !== 'function') continue
      for (const site of ['same-origin', 'cross-site']) {
        const init = {
          method,
          body: /^(GET|HEAD)$/.test(method) ? null : '{',
          headers: { ...ENGLISH, 'sec-fetch-site': site },
        }
        const request = new Request(new URL(path, PUBLIC_URL), init)
        request.headers.set(REMOTE_ADDRESS_HEADER, '127.0.0.1')
        const answer = await (handler as Handler)(request, { params: Promise.resolve({ id: '1', file: '1' }) })
        const isRaw = answer.headers.get('content-type') === 'application/problem+json'
        await answer.body?.cancel()
        expect([path, method, site, isRaw]).toEqual([path, method, site, false])
      }
    }
  }
})
