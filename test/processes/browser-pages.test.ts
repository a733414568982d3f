import { type Browser, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EMERGENCY } from '@/lib/i18n/emergency'
import en from '@/lib/i18n/messages/en.json'
import { openBrowser } from './browser'
import { openProxy } from './proxy'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { checkOut, DESKTOP, expectAccessible, PHONE, tapPay } from './visitor'

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  shop = await startShop(folder.path, await freePort())
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

test.each([
  ['at a desk', DESKTOP],
  ['on a low screen', { ...DESKTOP, viewport: { width: 1280, height: 720 } }],
  ['on a phone', PHONE],
])('%s: a product opened from far down the list begins at the top, with its header', async (_, options) => {
  const context = await browser.newContext({ baseURL: shop.url, ...options })
  const page = await context.newPage()
  await page.goto('/')
  for (const [top, place] of [
    [60, 0],
    [100_000, -1],
  ] as const) {
    await page.evaluate((px) => window.scrollTo({ top: px, behavior: 'instant' }), top)
    await page.locator('#goods li').nth(place).getByRole('link').click()
    await page.waitForURL('**/products/*')
    await see(page.locator('main form[action="/api/cart"]').first()).toBeVisible()
    await see.poll(() => page.evaluate(() => window.scrollY)).toBe(0)
    await see(page.locator('header')).toBeInViewport({ ratio: 1 })
    await page.goBack()
  }
  await context.close()
})

test('while an order turns to paid its page keeps a title, however slowly the answer arrives', async () => {
  const proxy = await openProxy(shop.url, 'text/x-component', 'trickle')
  const context = await browser.newContext({ baseURL: proxy.url, ...DESKTOP })
  const page = await context.newPage()
  await checkOut(page)
  await page.evaluate(() => {
    const look = new MutationObserver(() => {
      if (document.title === '') document.body.setAttribute('data-untitled', '')
    })
    look.observe(document, { childList: true, subtree: true, characterData: true })
  })
  await tapPay(context, page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.paidTitle)
  await see(page).toHaveTitle(new RegExp(en.order.title))
  expect(await page.locator('body').getAttribute('data-untitled')).toBeNull()
  await context.close()
  proxy.close()
})

test.each([
  ['en-GB', EMERGENCY.en, 'is asked again'],
  ['zh-CN', EMERGENCY.zh, 'comes back by itself'],
])('a page that fails on the way there says so in the language around it: %s', async (locale, words, end) => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP, locale })
  const page = await context.newPage()
  await page.goto('/cart')
  let isWell = false
  await page.route('**/api/health', (route) => (isWell ? route.continue() : route.abort()))
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.exec('alter table products rename to lost')
  await page.locator('header a[href="/"]').click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.title)
  await see(page.locator('header a[href="/cart"]')).toBeVisible()
  await expectAccessible(page)
  file.exec('alter table lost rename to products')
  file.close()
  if (end === 'is asked again') await page.getByRole('button', { name: words.again }).click()
  isWell = true
  await see(page.locator('#goods')).toBeVisible({ timeout: 15_000 })
  await context.close()
})

/** The policy of a page and the scripts in it. */
async function scriptsOf(path: string) {
  const answer = await fetch(shop.url + path, { redirect: 'manual' })
  const policy = answer.headers.get('content-security-policy') ?? ''
  const tags = [...(await answer.text()).matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
  // Data for search engines is no script, and is not run.
  const scripts = tags.filter((tag) => !tag.includes('application/ld+json'))
  return { policy, nonce: /'nonce-([^']+)'/.exec(policy)?.[1], scripts }
}

test('every script in a page carries the nonce of this one answer', async () => {
  const nonces = new Set<string>()
  for (const path of [
    '/',
    '/',
    '/products/longjing',
    '/cart',
    '/orders',
    '/orders/nobody',
    '/nowhere',
    '/admin/login',
  ]) {
    const { policy, nonce, scripts } = await scriptsOf(path)
    expect([path, scripts.length > 0, scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))]).toEqual([
      path,
      true,
      [],
    ])
    expect(policy).toMatch(/; script-src 'self' 'nonce-[^']{22,}'; /)
    nonces.add(nonce ?? '')
  }
  expect(nonces.size).toBe(8)
})

test('search engines and chats are told what there is, with prices, pictures, and nothing that belongs to a visitor', async () => {
  const read = async (path: string) => (await fetch(shop.url + path, { headers: { 'accept-language': 'en' } })).text()
  const robots = await read('/robots.txt')
  expect(robots).toContain(`Sitemap: ${shop.url}/sitemap.xml`)
  expect(robots).toContain('Disallow: /orders')
  const pages = [...(await read('/sitemap.xml')).matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, page]) => page ?? '')
  expect(pages).toContain(`${shop.url}/products/longjing`)
  const product = await read('/products/longjing')
  const data = JSON.parse(/<script type="application\/ld\+json">([^<]+)<\/script>/.exec(product)?.[1] ?? '')
  expect(data).toMatchObject({ '@type': 'Product', offers: { price: '68.00', priceCurrency: 'CNY' } })
  const picture = /property="og:image" content="([^"]+)"/.exec(product)?.[1]
  expect(picture).toBe(data.image)
  expect((await fetch(data.image)).headers.get('content-type')).toBe('image/jpeg')
})

test('pages of received bytes allow one script, however their address is written; route handlers none inside a page', async () => {
  for (const path of ['/admin/notifications/1', '/admin/notifications/1/', '/admin/%6Eotifications/1?x=/']) {
    expect([path, (await scriptsOf(path)).policy]).toEqual([
      path,
      expect.stringMatching(/^default-src 'none'; style.*; script-src 'nonce-[^ ]{22,}'$/),
    ])
  }
  expect((await scriptsOf('/api/docs')).policy).toContain("; script-src 'self'; ")
  expect((await scriptsOf('/emulator/phone')).policy).not.toContain('nonce')
})

test('what shows nothing private may be kept for going back, and nothing else', async () => {
  for (const [path, expected] of [
    ['/', 'private, no-cache'],
    ['/products/longjing', 'private, no-cache'],
    ...['/cart', '/orders', '/orders/nobody', '/admin/login'].map((it) => [it, expect.stringContaining('no-store')]),
  ]) {
    expect([path, (await fetch(shop.url + path)).headers.get('cache-control')]).toEqual([path, expected])
  }
})

test('a script that somebody got into a page does not run', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await page.goto('/')
  const refused = await page.evaluate(async () => {
    const places: string[] = []
    const both = new Promise<void>((resolve) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        if (places.push(effectiveDirective) === 2) resolve()
      })
    })
    const script = document.createElement('script')
    script.textContent = "document.body.setAttribute('data-taken', '')"
    const markup = document.createElement('div')
    markup.innerHTML = `<img src="data:," onerror="document.body.setAttribute('data-taken', '')">`
    document.body.append(script, markup)
    await both
    return places.sort()
  })
  expect(refused).toEqual(['script-src-attr', 'script-src-elem'])
  expect(await page.locator('body').getAttribute('data-taken')).toBeNull()
  await context.close()
})
