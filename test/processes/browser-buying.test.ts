import { type Browser, type Page, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop, until } from './shop-process'
import { addToCart, DESKTOP, expectGood, goToCart, PHONE } from './visitor'

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
      await addToCart(page, 'qimen')
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
  await addToCart(tabs[0], 'qimen')
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
  await addToCart(page, 'qimen')
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
  await addToCart(page, 'qimen')
  await page.locator(CHECKOUT).click()
  await page.waitForURL('**/orders/*')
  await page.locator('details:has(form[action$="/cancel"]) > summary').click()
  await page.locator('form[action$="/cancel"] button').click()
  await see(page.locator(CHECKOUT)).toBeVisible()
  const closed = page.url()
  const before = countOrders()
  await pressTwice(page, CHECKOUT, 150)
  await arrived(page, closed)
  expect(countOrders() - before).toBe(1)
  await context.close()
})

/** Pays the newest order as the buyer's phone would, and waits until the shop knows. */
async function payAtWeChat(): Promise<void> {
  const ask = async (query: string) => {
    const db = new Sqlite(`${folder.path}/shop.db`, { readonly: true })
    const found = String(db.prepare(query).pluck().get())
    db.close()
    return found
  }
  const number = await ask('select out_trade_no from payments order by created_at desc limit 1')
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ out_trade_no: number, outcome: 'success' })
  expect((await fetch(`${shop.url}/emulator/_control/pay`, { method: 'POST', headers, body })).status).toBe(200)
  await until(
    () => ask('select status from orders order by created_at desc limit 1'),
    (status) => status === 'paid',
  )
}

test.each([
  ['at a desk without scripts', DESKTOP, false, en],
  ['on a phone', PHONE, true, zh],
])(
  '%s: from a shelf into the cart without leaving it, a receipt on one sheet, and the order found elsewhere',
  async (_, options, javaScriptEnabled, words) => {
    const context = await browser.newContext({ baseURL: shop.url, ...options, javaScriptEnabled })
    const page = await context.newPage()
    await page.goto('/?q=fuding')
    await see(page.locator('#goods li')).toHaveCount(1)
    await page.goto('/?category=ware')
    await see(page.locator('#goods li')).toHaveCount(5)
    await page.locator('#goods li form button').nth(1).click()
    await see(page.getByRole('status').getByText(words.cart.goOn)).toBeVisible()
    expect(new URL(page.url()).searchParams.get('category')).toBe('ware')
    if (javaScriptEnabled) await expectGood(page)
    await goToCart(page)
    await page.locator('button[name=step][value="1"]').click()
    await see(page.locator('input[name=quantity]')).toHaveValue('2')
    await page.locator('input[name=quantity]').fill('3')
    const isTaken = page.waitForResponse('**/api/cart')
    await page.locator('input[name=quantity]').press('Enter')
    await isTaken
    await page.goto('/cart')
    await see(page.locator('input[name=quantity]')).toHaveValue('3')
    await page.locator('details:has([name=phone]) > summary').click()
    await page.locator('[name=phone]').fill('138 0013 8000')
    if (javaScriptEnabled) await expectGood(page)
    await page.locator(CHECKOUT).click()
    await page.waitForURL('**/orders/*')
    await payAtWeChat()
    const order = page.url()
    await page.goto(`${order}/receipt`)
    if (javaScriptEnabled) await expectGood(page)
    const number = (await page.locator('dd').first().textContent()) ?? ''
    const sheets = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)
    expect(sheets).toHaveLength(1)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('button:visible, header nav:visible, footer:visible').count()).toBe(0)
    await context.close()
    await findElsewhere(order, number)
  },
)

async function findElsewhere(order: string, number: string): Promise<void> {
  const context = await browser.newContext({ baseURL: shop.url, ...DESKTOP })
  const page = await context.newPage()
  await page.goto(order)
  await page.locator('[name=number]').fill(number.toLowerCase())
  await page.locator('[name=contact]').fill('13800138001')
  await page.locator('form[action="/api/orders/lookup"] button').click()
  await see(page.getByText(en.problem.order_not_found)).toBeVisible()
  await expectGood(page)
  await page.locator('[name=number]').fill(number)
  await page.locator('[name=contact]').fill('13800138000')
  await page.locator('form[action="/api/orders/lookup"] button').click()
  await page.waitForURL(order)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.paidTitle)
  await page.goto('/help')
  await expectGood(page)
  await context.close()
}
