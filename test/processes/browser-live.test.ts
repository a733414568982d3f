import { type Browser, type Page, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import { openBrowser } from './browser'
import { openProxy } from './proxy'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { checkOut, DESKTOP, expectAccessible, tapPay } from './visitor'

const ADMIN = { ADMIN_EMAIL: 'admin@shop.example', ADMIN_PASSWORD: 'a password for tests' }

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser
let port: number

beforeAll(async () => {
  browser = await openBrowser()
  port = await freePort()
  shop = await startShop(folder.path, port, ADMIN)
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

const heading = (page: Page) => page.getByRole('heading', { level: 1 })

/** Puts a page behind others, or before them. Without a screen a browser shows all of them. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    isHidden ? 'hidden' : 'visible',
  )
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/admin/login')
  await page.getByLabel(en.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(en.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: en.login.submit }).click()
  await page.waitForURL('**/admin')
}

const forge = () =>
  fetch(`${shop.url}/api/wechat/notify`, { method: 'POST', body: `<xml><a>${Math.random()}</a></xml>` })

test('many tabs of one order leave the browser free, and each shows the truth when it is looked at', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const first = await context.newPage()
  await checkOut(first)
  const tabs = [first]
  for (let n = 0; n < 9; n += 1) {
    await setHidden(tabs.at(-1) ?? first, true)
    const tab = await context.newPage()
    await tab.goto(first.url())
    await see(heading(tab)).toHaveText(en.order.payTitle)
    tabs.push(tab)
  }
  await tapPay(context, tabs.at(-1) ?? first)
  await see(heading(tabs.at(-1) ?? first)).toHaveText(en.order.paidTitle)
  await see(heading(first)).toHaveText(en.order.payTitle)
  await setHidden(first, false)
  await see(heading(first)).toHaveText(en.order.paidTitle)
  await context.close()
})

test('behind a proxy that holds the stream back an order still turns to paid by itself', async () => {
  const proxy = await openProxy(shop.url, 'text/event-stream', 'hold')
  const context = await browser.newContext({ baseURL: proxy.url, ...DESKTOP })
  const page = await context.newPage()
  await page.clock.install()
  await checkOut(page)
  const stream = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events'))
  await tapPay(context, page)
  await see(heading(page)).toHaveText(en.order.payTitle)
  await page.clock.fastForward(5_000)
  await stream
  await see(heading(page)).toHaveText(en.order.paidTitle)
  await context.close()
  proxy.close()
})

test('an order page that hears nothing any more says so, and goes on by itself', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await checkOut(page)
  await see(page.getByRole('timer')).toBeVisible()
  await shop.end('SIGKILL')
  await see(page.getByText(en.order.lost)).toBeVisible({ timeout: 20_000 })
  await expectAccessible(page)
  shop = await startShop(folder.path, port, ADMIN)
  await tapPay(context, page)
  await see(heading(page)).toHaveText(en.order.paidTitle, { timeout: 40_000 })
  await context.close()
})

test('the log says that it lost its stream, and comes back by itself with what came meanwhile', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await signIn(page)
  await page.goto('/admin/notifications')
  const rows = page.locator('main ol li')
  const atFirst = await rows.count()
  await forge()
  // Once it stands there, the page asks for nothing more that could be cut off in the middle.
  await see.poll(() => rows.count(), { timeout: 20_000 }).toBeGreaterThan(atFirst)
  const before = await rows.count()
  await shop.end('SIGKILL')
  const lost = page.getByText(en.notifications.lost)
  await see(lost).toBeVisible({ timeout: 20_000 })
  await expectAccessible(page)
  shop = await startShop(folder.path, port, ADMIN)
  await forge()
  await see.poll(() => rows.count(), { timeout: 40_000 }).toBeGreaterThan(before)
  await see(lost).toBeHidden()
  await context.close()
})

test('a log whose session has ended leads to the sign-in', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await signIn(page)
  await page.goto('/admin/notifications')
  await setHidden(page, true)
  await context.clearCookies()
  await setHidden(page, false)
  await page.waitForURL('**/admin/login?*')
  await context.close()
})

test('a page that nobody looks at asks nothing', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await page.clock.install()
  await checkOut(page)
  await see(page.getByRole('timer')).toBeVisible()
  await setHidden(page, true)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.clock.fastForward(120_000)
  expect(asked.filter((url) => url.includes('/api/'))).toEqual([])
  await context.close()
})
