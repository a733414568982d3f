import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'

const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8'

const folder = dataFolder()
let shop: ShopProcess
beforeAll(async () => {
  shop = await startShop(folder.path, await freePort())
})
afterAll(async () => {
  await shop?.end('SIGKILL')
  folder.remove()
})

/** Everything that a page shows on the shop's own server, and how it is announced. */
async function open(path: string, headers: Record<string, string>, method = 'GET') {
  const answer = await fetch(shop.url + path, { method, headers })
  const text = await answer.text()
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    language: /<html lang="([^"]+)"/.exec(text)?.[1],
    heading: /<h1>([^<]+)/.exec(text)?.[1],
    texts: [...text.matchAll(/<p>([^<]+)<\/p>/g)].map(([, it]) => it),
    scripts: (text.match(/<script/g) ?? []).length,
    code: text.startsWith('{') ? (JSON.parse(text) as { code: string }).code : undefined,
  }
}

/** Makes every page fail that reads products. */
async function withoutProducts(work: () => Promise<void>): Promise<void> {
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.exec('alter table products rename to lost')
  try {
    await work()
  } finally {
    file.exec('alter table lost rename to products')
    file.close()
  }
}

test('a page that fails says so in the language of the browser, without any script', async () => {
  await withoutProducts(async () => {
    const page = { status: 500, type: 'text/html; charset=utf-8', scripts: 0 }
    for (const encoding of ['identity', 'gzip']) {
      const headers = { accept: HTML, 'accept-encoding': encoding }
      expect(await open('/', { ...headers, 'accept-language': 'en' })).toMatchObject({
        ...page,
        language: 'en',
        heading: en.problem.title,
        texts: [en.problem.internal],
      })
      expect(await open('/', { ...headers, 'accept-language': 'zh-CN' })).toMatchObject({
        ...page,
        language: 'zh-CN',
        texts: [zh.problem.internal],
      })
    }
    expect(await open('/', { accept: '*/*' })).toMatchObject({ code: 'internal', type: 'application/problem+json' })
    expect((await fetch(`${shop.url}/`, { method: 'HEAD', headers: { accept: HTML } })).status).toBe(500)
  })
  expect(await open('/', { accept: HTML, 'accept-language': 'en' })).toMatchObject({ status: 200, language: 'en' })
})

test('an address with another method, or none at all, is explained to people and to programs', async () => {
  const english = { accept: HTML, 'accept-language': 'en' }
  expect(await open('/api/cart', english)).toMatchObject({ status: 405, texts: [en.problem.method_not_allowed] })
  expect(await open('/api/cart', {})).toMatchObject({ status: 405, code: 'method_not_allowed' })
  expect(await open('/api/nothing', english)).toMatchObject({ status: 404, texts: [en.problem.not_found] })
  expect(await open('/api/nothing', {})).toMatchObject({ status: 404, code: 'not_found' })
  expect(await open('/nothing', english)).toMatchObject({ status: 404, language: 'en' })
})

test('many failures on one connection do not run into each other', async () => {
  await withoutProducts(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => open('/', { accept: HTML })))
    expect(answers.map(({ status, texts }) => [status, texts])).toEqual(
      Array.from({ length: 20 }, () => [500, [zh.problem.internal]]),
    )
  })
})

test('what Next.js writes of failures stands in the log, line by line, and no flood of them fills it', async () => {
  const before = shop.output().length
  const requests = 200
  await withoutProducts(async () => {
    for (let at = 0; at < requests; at += 1) await open('/', {})
  })
  const lines = shop.output().slice(before).trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.length).toBeLessThanOrEqual(60)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ msg: 'output', err: expect.any(String) })
})
