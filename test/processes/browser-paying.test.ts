import { type Browser, type BrowserContext, type Page, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import {
  ANDROID,
  checkOut,
  DESKTOP,
  expectAccessible,
  expectFits,
  IN_WECHAT,
  PHONE,
  tapPay,
  typePassword,
} from './visitor'

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  // A header says where a browser is, as a proxy would.
  shop = await startShop(folder.path, await freePort(), { TRUSTED_PROXIES: '127.0.0.1', WXPAY_API_VERSION: 'v3' })
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

async function visit(options: Parameters<Browser['newContext']>[0]) {
  const context = await browser.newContext({ baseURL: shop.url, ...options })
  return { context, page: await context.newPage() }
}

const orderOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? ''

function paymentsOf(orderId: string) {
  const file = new Sqlite(`${folder.path}/shop.db`, { readonly: true })
  const rows = file.prepare('select status, request from payments where order_id = ? order by created_at').all(orderId)
  file.close()
  return (rows as { status: string; request: string }[]).map(({ status, request }) => {
    return [status, JSON.parse(request).scene_info.payer_client_ip as string]
  })
}

/** Six minutes pass on the link of an order, at both sides. */
async function ageLink(orderId: string): Promise<void> {
  const file = new Sqlite(`${folder.path}/shop.db`)
  const older = 'update payments set prepaid_at = prepaid_at - 360000 where order_id = ?'
  expect(file.prepare(older).run(orderId).changes).toBe(1)
  file.close()
  await fetch(`${shop.url}/emulator/_control/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds: 360 }),
  })
}

/** WeChat's page between the browser and the cashier, as it shows a link that holds. */
const heldLink = (page: Page) => see(page.locator('a.leave.primary')).toBeVisible()

test('an H5 page that was left open for long opens WeChat with a link that holds', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: ANDROID })
  await checkOut(page)
  const order = page.url()
  await scriptsRun(page)
  await ageLink(orderOf(page))
  await page.getByRole('link', { name: zh.order.h5Pay }).click()
  await page.waitForURL('**/checkmweb?*')
  await heldLink(page)

  await page.goto(order)
  await ageLink(orderOf(page))
  await page.reload()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.h5Title)
  await expectAccessible(page)
  await scriptsRun(page)
  await page.getByRole('button', { name: zh.order.h5Pay }).click()
  await page.waitForURL('**/checkmweb?*')
  await heldLink(page)
  await context.close()
})

test('without any script an old H5 link is not shown, and a new one is a press away', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: ANDROID, javaScriptEnabled: false })
  await checkOut(page)
  await ageLink(orderOf(page))
  await page.reload()
  expect(await page.getByRole('link', { name: zh.order.h5Pay }).count()).toBe(0)
  await page.getByRole('button', { name: zh.order.h5Pay }).click()
  await page.getByRole('link', { name: zh.order.h5Pay }).click()
  await page.waitForURL('**/checkmweb?*')
  await heldLink(page)
  await context.close()
})

test('an H5 link that was made for another address is made anew for the one that pays', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: ANDROID })
  await context.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' })
  await checkOut(page)
  const id = orderOf(page)
  expect(paymentsOf(id)).toEqual([['open', '203.0.113.7']])
  await scriptsRun(page)
  await context.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.8' })
  await page.getByRole('link', { name: zh.order.h5Pay }).click()
  // The emulator lets nobody from elsewhere look any further.
  await page.waitForURL('**/checkmweb?*')
  expect(paymentsOf(id)).toEqual([
    ['closed', '203.0.113.7'],
    ['open', '203.0.113.8'],
  ])
  await context.close()
})

test('an H5 tap that the server cannot answer says so, and leaves the other way', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: ANDROID })
  await checkOut(page)
  await scriptsRun(page)
  await page.route('**/prepay', (route) => route.fulfill({ status: 502, json: { code: 'wechat_unavailable' } }))
  await page.getByRole('link', { name: zh.order.h5Pay }).click()
  await see(page.getByText(zh.order.h5Failed)).toBeVisible()
  await see(page.getByRole('button', { name: zh.order.wayNative })).toBeVisible()
  await expectAccessible(page)
  await context.close()
})

test.each([
  ['English at a desk', DESKTOP, en],
  ['Chinese on a phone', PHONE, zh],
])('in %s: who comes back from WeChat in another browser learns how to find the order', async (_, options, words) => {
  const buyer = await visit({ ...PHONE, userAgent: ANDROID })
  await checkOut(buyer.page)
  const id = orderOf(buyer.page)
  const { context, page } = await visit(options)
  expect((await page.goto(`/orders/${id}?from=wechat`))?.status()).toBe(404)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.lostOrder.title)
  await see(page.getByText(words.lostOrder.paid)).toBeVisible()
  await expectAccessible(page)
  await expectFits(page)
  const shown = await page.locator('main').textContent()
  // Nobody learns from it whether such an order exists.
  const none = '0'.repeat(26)
  expect((await page.goto(`/orders/${none}?from=wechat`))?.status()).toBe(404)
  expect(await page.locator('main').textContent()).toBe(shown?.replace(id, none))
  await page.getByRole('link', { name: words.lostOrder.orders }).click()
  await page.waitForURL('**/orders')
  await buyer.context.close()
  await context.close()
})

/** A tap before the page's scripts run is lost, and people tap again; a test waits. */
async function scriptsRun(page: Page): Promise<void> {
  const button = page.locator('main [aria-busy]').first()
  await see.poll(() => button.evaluate((it) => Object.keys(it).some((key) => key.startsWith('__react')))).toBe(true)
}

/** A page inside WeChat, ready to be paid; the bridge says what the test puts into `said`. */
async function openInWeChat(context: BrowserContext, page: Page): Promise<void> {
  await context.addInitScript(() => {
    const bridge = {
      invoke: (_: string, __: object, done: (said: unknown) => void) => done(Reflect.get(window, 'said')),
    }
    Object.assign(window, { bridge, WeixinJSBridge: bridge })
  })
  await checkOut(page)
  await page.getByRole('link', { name: zh.order.identify, exact: true }).click()
  await page.waitForURL('**/orders/*')
  await page.getByRole('button', { name: zh.order.begin }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.jsapiTitle)
  await scriptsRun(page)
}

const say = (page: Page, said: unknown) => page.evaluate((it) => Object.assign(window, { said: it }), said)
const payNow = (page: Page) => page.getByRole('button', { name: zh.order.jsapiPay }).click()

test('inside WeChat every answer but ok and cancel is told as a failure, with a code as the way on', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: IN_WECHAT })
  await openInWeChat(context, page)
  const failed = page.getByText(zh.order.jsapiFailed)
  const cancelled = page.getByText(zh.order.jsapiCancelled)
  for (const said of [
    { err_msg: 'get_brand_wcpay_request:fail' },
    { err_msg: 'get_brand_wcpay_request:fail_no permission to execute' },
    { err_msg: 'get_brand_wcpay_request:fail_invalid appid' },
    { err_msg: 'system:access_denied' },
    { err_msg: 7 },
    {},
    undefined,
  ]) {
    await say(page, { err_msg: 'get_brand_wcpay_request:cancel' })
    await payNow(page)
    await see(cancelled).toBeVisible()
    await say(page, said)
    await payNow(page)
    await see(failed).toBeVisible()
    await see(page.getByRole('button', { name: zh.order.wayNative })).toBeVisible()
  }
  await expectAccessible(page)
  await expectFits(page)
  await context.close()
})

test('a bridge that becomes ready after the tap is waited for, and one that never comes is told', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: IN_WECHAT })
  await page.clock.install()
  await openInWeChat(context, page)
  await say(page, { err_msg: 'get_brand_wcpay_request:cancel' })
  await page.evaluate(() => Reflect.deleteProperty(window, 'WeixinJSBridge'))
  await payNow(page)
  await see(page.getByText(zh.order.jsapiWaiting)).toBeVisible()
  await page.evaluate(() => {
    Object.assign(window, { WeixinJSBridge: Reflect.get(window, 'bridge') })
    document.dispatchEvent(new Event('WeixinJSBridgeReady'))
  })
  await see(page.getByText(zh.order.jsapiCancelled)).toBeVisible()

  await page.evaluate(() => Reflect.deleteProperty(window, 'WeixinJSBridge'))
  await payNow(page)
  await see(page.getByText(zh.order.jsapiWaiting)).toBeVisible()
  await page.clock.fastForward(5_000)
  await see(page.getByText(zh.order.jsapiAbsent)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: zh.order.wayNative }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.payTitle)
  await context.close()
})

test('what the bridge calls paid is paid when WeChat says so, and the page shows it at once', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: IN_WECHAT })
  await openInWeChat(context, page)
  await say(page, { err_msg: 'get_brand_wcpay_request:ok' })
  await payNow(page)
  await see(page.getByText(zh.order.jsapiWaiting)).toBeVisible()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.jsapiTitle)
  await tapPay(context, page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.paidTitle)
  await context.close()
})

test('who is not told by WeChat who they are can still pay by a code', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: IN_WECHAT })
  await checkOut(page)
  await page.goto(`${page.url()}?problem=openid_required`)
  await see(page.getByRole('status').first()).toHaveText(zh.problem.openid_required)
  await page.getByRole('button', { name: zh.order.wayNative }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.payTitle)
  await context.close()
})

test('in WeCom, which cannot open the cashier, there is a code from the start', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: `${IN_WECHAT} wxwork/4.1.32` })
  await checkOut(page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.payTitle)
  await context.close()
})

test('the phone that the order page offers leads back to the order, wherever that phone is', async () => {
  const { context, page } = await visit(DESKTOP)
  await checkOut(page)
  const order = page.url()
  // As from another origin: the browser says nothing about the page that it comes from.
  const address = await page.getByRole('link', { name: en.order.demoLink }).getAttribute('href')
  const phone = await context.newPage()
  await phone.goto(new URL(address ?? '', order).href)
  await typePassword(phone)
  await phone.locator('.leave').click()
  await phone.waitForURL(order)
  await see(phone.getByRole('heading', { level: 1 })).toHaveText(en.order.paidTitle)
  await context.close()
})
