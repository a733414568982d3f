import { type Browser, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_PAGES } from '@/lib/admin/session'
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
  goToCart,
  IN_WECHAT,
  PHONE,
  tapPay,
  typePassword,
} from './visitor'

const ADMIN = { ADMIN_EMAIL: 'admin@shop.example', ADMIN_PASSWORD: 'a password for tests' }

/** What an admin sees of a call and of a message last, in the words of the API that the shop speaks. */
const WIRE =
  process.env.TEST_API_VERSION === 'v3'
    ? { message: '"event_type":"TRANSACTION.SUCCESS"', close: '{out_trade_no}/close' }
    : { message: '<return_code><![CDATA[SUCCESS]]></return_code>', close: '/pay/closeorder' }

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  shop = await startShop(folder.path, await freePort(), ADMIN)
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

/** A visitor; whatever a page complains about in its console makes the test fail at the end. */
async function visit(options: Parameters<Browser['newContext']>[0]) {
  const context = await browser.newContext({ baseURL: shop.url, ...options })
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('console', (message) => {
    // Wanted: a missing page has that status.
    if (/status of 404/.test(message.text())) return
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { context, page: await context.newPage(), complaints }
}

test.each([
  ['English at a desk', DESKTOP, en, 'en'],
  ['Chinese on a phone', PHONE, zh, 'zh'],
])('in %s: from the product list to a paid order, and the message in the log', async (_, options, words, locale) => {
  const { context, page, complaints } = await visit(options)
  await page.goto('/')
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.home.title)
  expect(await page.locator('#goods li').count()).toBeGreaterThanOrEqual(10)
  await expectAccessible(page)
  await expectFits(page)

  await page.locator('#goods li').first().getByRole('link').click()
  await page.waitForURL('**/products/*')
  await expectAccessible(page)
  await expectFits(page)
  await page.getByLabel(words.product.quantity).fill('2')
  await page.locator('main form[action="/api/cart"] button').first().click()
  await goToCart(page)
  await see(page.locator('main input[type=number]')).toHaveValue('2')
  await expectAccessible(page)
  await expectFits(page)

  await page.getByRole('button', { name: words.cart.checkout }).click()
  await page.waitForURL('**/orders/*')
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.order.payTitle)
  await see(page.getByRole('timer')).toHaveText(/^(30:00|29:\d\d)$/)
  await see(page.locator('img[src^="data:image/svg"]')).toBeVisible()
  await expectAccessible(page)
  await expectFits(page)

  // A reload would lose this mark: the page has to change by itself.
  await page.evaluate(() => document.body.setAttribute('data-mark', 'same page'))
  // Where there is room the phone lies beside the code, else in a tab of its own.
  const isBeside = options === DESKTOP
  const phone = isBeside ? page.frameLocator('iframe') : await tapPay(context, page)
  if (isBeside) await typePassword(page, phone)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.order.paidTitle)
  expect(await page.locator('body').getAttribute('data-mark')).toBe('same page')
  await expectAccessible(page)
  await see(phone.locator('.result')).toContainText(words.brand.name)
  await see(phone.locator('.facts')).toContainText(locale === 'zh' ? '明前龙井' : 'Longjing, first spring picking')
  expect(await phone.locator('a.leave').getAttribute('href')).toBe(page.url())
  for (const tab of context.pages()) await expectAccessible(tab)
  await expectFits(page)

  await page.getByRole('link', { name: words.order.seeTimeline }).click()
  await page.waitForURL('**/timeline')
  await see(page.getByRole('heading', { level: 1 })).toHaveText(words.buyerTimeline.title)
  await see(page.locator('main ol')).toContainText(words.buyerTimeline.reply.acknowledge)
  for (const fields of await page.getByText(words.buyerTimeline.fields).all()) await fields.click()
  await expectAccessible(page)
  await expectFits(page)

  await page.goto('/orders')
  await see(page.locator('main li')).toContainText(words.orders.status.paid)
  await expectAccessible(page)

  await page.goto('/admin/notifications')
  await page.waitForURL('**/admin/login?page=notifications')
  await expectAccessible(page)
  await page.getByLabel(words.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(words.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: words.login.submit }).click()
  await page.waitForURL('**/admin/notifications')
  await see(page.locator('main ol li').first()).toContainText(words.verdict.applied)
  await expectAccessible(page)
  await expectFits(page)
  await page.locator('main ol a').first().click()
  await page.waitForURL('**/admin/notifications/*')
  await expectAccessible(page)
  await page.getByRole('link', { name: words.notification.tab.raw }).click()
  await see(page.locator('#raw')).toContainText(WIRE.message)
  await expectAccessible(page)
  await expectFits(page)
  expect(complaints).toEqual([])
  await context.close()
})

test('the language can be changed on every page, and stays', async () => {
  const { context, page } = await visit(DESKTOP)
  await page.goto('/products/longjing')
  await page.getByRole('button', { name: en.nav.languageLabel }).click()
  await see(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  expect(new URL(page.url()).pathname).toBe('/products/longjing')
  await page.goto('/cart')
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.cart.title)
  await context.close()
})

test('the whole way works without any script', async () => {
  const { context, page } = await visit({ ...DESKTOP, javaScriptEnabled: false })
  await checkOut(page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.payTitle)
  await tapPay(context, page)
  await page.reload()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.paidTitle)
  await context.close()
})

test('“I have paid” queries WeChat, and says so when there is no payment', async () => {
  const { context, page } = await visit(DESKTOP)
  await checkOut(page)
  await page.getByRole('button', { name: en.order.iHavePaid }).click()
  await see(page.getByRole('status').first()).toHaveText(en.problem.not_paid_yet)
  await expectAccessible(page)
  await context.close()
})

test('a cancelled order says that nothing was charged, and can be ordered again', async () => {
  const { context, page } = await visit(PHONE)
  await checkOut(page)
  await page.locator('summary', { hasText: zh.order.cancel }).click()
  await page.getByRole('button', { name: zh.order.cancelYes }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.closedTitle)
  await see(page.locator('main')).toContainText(zh.order.cancelledText)
  await expectAccessible(page)
  const before = page.url()
  await page.getByRole('button', { name: zh.order.orderAgain }).click()
  await page.waitForURL((url) => url.href !== before)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.payTitle)
  await context.close()
})

test('when the time is over, the page shows that WeChat is queried, and then that the order is closed', async () => {
  const { context, page } = await visit(DESKTOP)
  await checkOut(page)
  const id = page.url().split('/').at(-1)
  const database = new Sqlite(`${folder.path}/shop.db`)
  database.prepare('update orders set expires_at = ? where id = ?').run(Date.now() - 1, id)
  await page.reload()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.checkingTitle)
  await expectAccessible(page)
  database.prepare('update payments set next_check_at = ? where order_id = ?').run(Date.now(), id)
  database.close()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.closedTitle)
  await see(page.locator('main')).toContainText(en.order.expiredText)
  await context.close()
})

test('what is not there says so without any script, with its status', async () => {
  const { context, page } = await visit({ ...DESKTOP, javaScriptEnabled: false })
  for (const path of ['/nowhere', '/products/nothing', '/orders/nobody']) {
    expect([path, (await page.goto(path))?.status()]).toEqual([path, 404])
    await see(page.getByRole('heading', { level: 1 })).toHaveText(en.notFound.title)
  }
  await context.close()
})

test('an order of somebody else is a page that is not there', async () => {
  const buyer = await visit(DESKTOP)
  await checkOut(buyer.page)
  const stranger = await visit(DESKTOP)
  const answer = await stranger.page.goto(buyer.page.url())
  expect(answer?.status()).toBe(404)
  await see(stranger.page.getByRole('heading', { level: 1 })).toHaveText(en.lostOrder.title)
  await expectAccessible(stranger.page)
  await buyer.context.close()
  await stranger.context.close()
})

test('a message full of markup and control characters is shown as text, on a page without any script but the shop’s own', async () => {
  const { context, page } = await visit(DESKTOP)
  const body = '<xml><a><script>document.title="taken"</script><img src=x onerror=alert(1)>\u001b[31m\u202e</a></xml>'
  await fetch(`${shop.url}/api/wechat/notify`, { method: 'POST', body })
  await page.goto('/admin/login')
  await page.getByLabel(en.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(en.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: en.login.submit }).click()
  await page.waitForURL('**/admin')
  await page.goto('/admin/notifications?verdict=malformed')
  await page.evaluate(() => document.body.setAttribute('data-mark', 'the list'))
  await page.locator('main ol a').first().click()
  await page.waitForURL(/notifications\/\d+\?/)
  expect(await page.locator('body').getAttribute('data-mark')).toBeNull()
  await page.getByRole('link', { name: en.notification.tab.raw }).click()
  await see(page.locator('#raw')).toContainText('<script>document.title="taken"</script>')
  await see(page.locator('#raw')).toContainText('\\x1b[31m\\u{202e}')
  expect(await page.locator('script').count()).toBe(1)
  expect(await page.title()).not.toBe('taken')
  const answer = await page.reload()
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'")
  for (const id of ['abc', '0', '1e99', '-1', '999999999999999999']) {
    expect((await page.goto(`/admin/notifications/${id}`))?.status()).toBe(404)
  }
  await context.close()
})

test.each([
  ['English at a desk', DESKTOP, en],
  ['Chinese on a phone', PHONE, zh],
])(
  'in %s: an operator reviews the orders, closes one, ships another, and reads what happened',
  async (_, options, words) => {
    const { context, page, complaints } = await visit(options)
    await checkOut(page)
    const unpaid = page.url().split('/').at(-1)
    await checkOut(page)
    const paid = page.url().split('/').at(-1)
    await page.goto('/admin/login')
    await page.getByLabel(words.login.email).fill(ADMIN.ADMIN_EMAIL)
    await page.getByLabel(words.login.password).fill(ADMIN.ADMIN_PASSWORD)
    await page.getByRole('button', { name: words.login.submit }).click()
    await page.waitForURL('**/admin')
    await expectAccessible(page)
    await expectFits(page)

    await page.goto('/admin/orders?status=pending&after=nonsense&from=never')
    await see(page.locator('tbody tr').first()).toBeVisible()
    await expectAccessible(page)
    await expectFits(page)
    await page.goto(`/admin/orders?number=${unpaid}`)
    await page.locator('tbody a').click()
    await page.waitForURL(`**/admin/orders/${unpaid}`)
    await page.getByText(words.adminOrder.close).click()
    await page.getByRole('button', { name: words.adminOrder.closeNow }).click()
    await see(page.getByRole('status').last()).toHaveText(words.adminOrder.done.closed)
    await see(page.getByText(words.timeline.became.closed)).toBeVisible()
    await page.locator('details summary', { hasText: WIRE.close }).click()
    await expectAccessible(page)
    await expectFits(page)

    await payWith(paid)
    await page.goto(`/admin/orders/${paid}`)
    await page.getByRole('button', { name: words.adminOrder.query }).click()
    await see(page.getByRole('status').last()).toHaveText(words.adminOrder.done.queried)
    // Among others on a list it is ticked, asked about once more, and told about by itself.
    await page.goto(`/admin/orders?number=${paid}`)
    await page.locator('tbody input[type=checkbox]').check()
    await page.getByRole('button', { name: words.shipping.choose }).click()
    await page.waitForURL('**/admin/orders/ship?order=*')
    await expectAccessible(page)
    await expectFits(page)
    await page.locator('form[action="/api/admin/orders/ship"] button').click()
    await see(page.getByText(words.shipping.shipped, { exact: true })).toBeVisible()
    await expectAccessible(page)
    await page.goto(`/orders/${paid}`)
    await see(page.getByText(words.order.shippedText)).toBeVisible()

    for (const path of ['/admin/money', '/admin/calls?path=/pay/orderquery&before=x']) {
      await page.goto(path)
      await expectAccessible(page)
      await expectFits(page)
    }
    for (const path of ['/admin/orders/nobody', '/admin/nowhere']) {
      expect((await page.goto(path))?.status()).toBe(404)
      await see(page.getByRole('navigation', { name: words.admin.navigation })).toBeVisible()
      await expectAccessible(page)
    }
    expect(complaints).toEqual([])
    await context.close()
  },
)

/** Pays an order's open payment at WeChat, as the phone would. */
async function payWith(orderId: string | undefined): Promise<void> {
  const file = new Sqlite(`${folder.path}/shop.db`, { readonly: true })
  const number = file.prepare('select out_trade_no from payments where order_id = ?').pluck().get(orderId)
  file.close()
  await fetch(`${shop.url}/emulator/_control/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ out_trade_no: number, outcome: 'success' }),
  })
}

test('a wrong password is refused without saying what was wrong', async () => {
  const { context, page } = await visit(DESKTOP)
  await page.goto('/admin/login')
  await page.getByLabel(en.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(en.login.password).fill('another password')
  await page.getByRole('button', { name: en.login.submit }).click()
  await see(page.getByRole('status')).toHaveText(en.problem.login_failed)
  await see(page.getByLabel(en.login.email)).toHaveValue(ADMIN.ADMIN_EMAIL)
  expect(page.url()).not.toContain('@')
  await context.close()
})

test('a phone browser pays by H5, comes back, and is believed only when WeChat agrees', async () => {
  const { context, page, complaints } = await visit({ ...PHONE, userAgent: ANDROID })
  await checkOut(page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.h5Title)
  await expectAccessible(page)
  await expectFits(page)

  const order = page.url()
  await page.goto(`${order}?from=wechat`)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.returnTitle)
  await expectAccessible(page)
  await page.getByRole('button', { name: zh.order.returnYes }).click()
  await see(page.getByRole('status').first()).toHaveText(zh.problem.not_paid_yet)
  await page.goto(`${order}?from=wechat`)
  await page.getByRole('link', { name: zh.order.returnNo }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.h5Title)

  await page.getByRole('link', { name: zh.order.h5Pay }).click()
  await page.locator('a.leave.primary').click()
  await typePassword(page)
  await page.locator('a.leave').click()
  await page.waitForURL('**/orders/*')
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.paidTitle)
  expect(complaints).toEqual([])
  await context.close()
})

test('a phone browser can change to a QR code, and the former payment is closed', async () => {
  const { context, page } = await visit({ ...PHONE, userAgent: ANDROID })
  await checkOut(page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.h5Title)
  await page.getByRole('button', { name: zh.order.wayNative }).click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.payTitle)
  await tapPay(context, page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.paidTitle)
  await context.close()
})

test('a page inside WeChat finds out who is there, hands its set to the phone, and is paid', async () => {
  const { context, page, complaints } = await visit({ ...PHONE, userAgent: IN_WECHAT })
  await checkOut(page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.identifyTitle)
  await expectAccessible(page)
  await page.getByRole('link', { name: zh.order.identify, exact: true }).click()
  await page.waitForURL('**/orders/*')
  await page.locator('form[action$="/prepay"] button').first().click()
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.jsapiTitle)
  await expectAccessible(page)
  await expectFits(page)
  await tapPay(context, page)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(zh.order.paidTitle)
  expect(complaints).toEqual([])
  await context.close()
})

test('no page has anything to complain about in the console', async () => {
  const { context, page, complaints } = await visit(DESKTOP)
  await checkOut(page)
  const order = new URL(page.url()).pathname
  await payWith(order.split('/').at(-1))
  await see(page.getByRole('heading', { level: 1 })).toHaveText(en.order.paidTitle)
  await page.goto('/admin/login')
  await page.getByLabel(en.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(en.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: en.login.submit }).click()
  await page.waitForURL('**/admin')
  for (const path of [
    ...['/', '/products/longjing', '/cart', '/orders', order, `${order}/timeline`, '/nowhere', '/api/docs'],
    ...[...Object.values(ADMIN_PAGES), `/admin${order}`, '/admin/notifications/1', '/admin/goods/tea-longjing'],
    ...['', '/orders', '/refunds', '/faults', '/clock', '/phone'].map((it) => `/emulator${it}`),
  ]) {
    await page.goto(path, { waitUntil: 'load' })
    expect([path, complaints]).toEqual([path, []])
  }
  await context.close()
})

test('the contract can be read in a browser', async () => {
  const { context, page, complaints } = await visit(DESKTOP)
  await page.goto('/api/docs')
  await see(page.locator('#docs')).toContainText('/api/orders/{id}/prepay')
  expect(complaints).toEqual([])
  await context.close()
})
