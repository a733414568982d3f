import { type Browser, type Page, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop, until } from './shop-process'

const DESKTOP = { locale: 'en-GB', viewport: { width: 1280, height: 720 } }
const PHONE = { locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  shop = await startShop(folder.path, await freePort())
  // WeChat takes its time, so that there is time to press once more.
  await setFaults({ latencyMs: 700 })
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

async function setFaults(faults: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'PUT', headers, body: JSON.stringify(faults) }
  expect((await fetch(`${shop.url}/emulator/_control/faults`, init)).status).toBe(200)
}

/** Also those that no browser knows of. */
function countOrders(): number {
  const db = new Sqlite(`${folder.path}/shop.db`, { readonly: true })
  const count = db.prepare('select count(*) from orders').pluck().get()
  db.close()
  return Number(count)
}

async function fillCart(page: Page, slug: string): Promise<void> {
  await page.goto(`/products/${slug}`)
  await page.locator('main form[action="/api/cart"] button').click()
  await page.waitForURL('**/cart')
}

/** Presses at a place on the screen, whatever the page is doing, and once more a moment later. */
async function pressTwice(page: Page, selector: string, pauseMs: number): Promise<void> {
  const box = await page.locator(selector).boundingBox()
  if (box === null) throw new Error(`there is no ${selector}`)
  const press = () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await press()
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  await press()
}

/** Waits for the page of an order; the navigation of the first press gives way to that of the second. */
async function arrived(page: Page, from = ''): Promise<void> {
  await until(
    async () => page.url(),
    (url) => /\/orders\/\w+$/.test(url) && url !== from,
  )
  await page.waitForLoadState()
}

const CHECKOUT = 'form[action="/api/orders"] button'

test.each([
  ['at a desk', DESKTOP, true],
  ['at a desk without scripts', DESKTOP, false],
  ['on a phone', PHONE, true],
  ['on a phone without scripts', PHONE, false],
])(
  '%s a checkout pressed twice is one order, and the press ends on its page',
  async (_, options, javaScriptEnabled) => {
    const context = await browser.newContext({ baseURL: shop.url, ...options, javaScriptEnabled })
    const page = await context.newPage()
    for (const [n, pauseMs] of [20, 150, 300].entries()) {
      const before = countOrders()
      await fillCart(page, 'qimen')
      await pressTwice(page, CHECKOUT, pauseMs)
      await arrived(page)
      await page.goto('/orders')
      expect([pauseMs, await page.locator('main li').count(), countOrders() - before]).toEqual([pauseMs, n + 1, 1])
    }
    await context.close()
  },
)

test('two tabs with the same cart, pressed at once, end on the page of the same order', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const tabs = [await context.newPage(), await context.newPage()] as const
  await fillCart(tabs[0], 'qimen')
  await tabs[1].goto('/cart')
  const before = countOrders()
  await Promise.all(tabs.map((tab) => tab.locator(CHECKOUT).click()))
  await Promise.all(tabs.map((tab) => tab.waitForURL('**/orders/*')))
  expect([tabs[1].url(), countOrders() - before]).toEqual([tabs[0].url(), 1])
  await context.close()
})

test('a button shows that its form is on the way, and is itself again on a page that comes back', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await fillCart(page, 'qimen')
  await page.evaluate(() =>
    document.addEventListener('submit', ({ submitter }) =>
      setTimeout(() => sessionStorage.setItem('busy', String(submitter?.getAttribute('aria-busy')))),
    ),
  )
  await page.locator(CHECKOUT).click()
  await page.waitForURL('**/orders/*')
  expect(await page.evaluate(() => sessionStorage.getItem('busy'))).toBe('true')
  await page.goBack()
  await see(page.locator('button[aria-busy]')).toHaveCount(0)
  await context.close()
})

test('ordering again, pressed twice without scripts, is one more order', async () => {
  const context = await browser.newContext({ baseURL: shop.url, ...PHONE, javaScriptEnabled: false })
  const page = await context.newPage()
  await fillCart(page, 'qimen')
  await page.locator(CHECKOUT).click()
  await page.waitForURL('**/orders/*')
  await page.locator('form[action$="/cancel"] button').click()
  await see(page.locator(CHECKOUT)).toBeVisible()
  const closed = page.url()
  const before = countOrders()
  await pressTwice(page, CHECKOUT, 150)
  await arrived(page, closed)
  expect(countOrders() - before).toBe(1)
  await context.close()
})
