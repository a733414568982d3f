import { type Browser, type BrowserContext, type Page, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { orderNumberOf } from '@/lib/shop/order'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { addToCart, DESKTOP, expectFits, expectGood, PHONE, tapPay } from './visitor'

const ADMIN = { ADMIN_EMAIL: 'admin@shop.example', ADMIN_PASSWORD: 'a password for tests' }
const LOW_DESKTOP = { ...DESKTOP, viewport: { width: 1280, height: 720 } }
const SLUGS = ['longjing', 'qimen', 'pitcher']
const LINES = [
  { productId: 'tea-longjing', yuan: '68.00' },
  { productId: 'tea-qimen', yuan: '58.00' },
  { productId: 'ware-pitcher', yuan: '66.00' },
]
const IN_ENGLISH = { words: en, options: LOW_DESKTOP }
const IN_CHINESE = { words: zh, options: PHONE }

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

type Visitor = { context: BrowserContext; page: Page }

async function visit(options: Parameters<Browser['newContext']>[0]): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: shop.url, ...options })
  return { context, page: await context.newPage() }
}

/** Signed in, in the admin's language. */
async function signIn({ words, options }: { words: typeof en; options: object }): Promise<Visitor> {
  const admin = await visit(options)
  await admin.page.goto('/admin/login')
  await admin.page.getByLabel(words.login.email).fill(ADMIN.ADMIN_EMAIL)
  await admin.page.getByLabel(words.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await admin.page.getByRole('button', { name: words.login.submit }).click()
  await admin.page.waitForURL('**/admin')
  return admin
}

/** An order of three lines, paid; gives its number. */
async function buyThree({ context, page }: Visitor): Promise<string> {
  for (const slug of SLUGS) await addToCart(page, slug)
  await page.locator('form[action="/api/orders"] button').click()
  await page.waitForURL('**/orders/*')
  const phone = await tapPay(context, page)
  await phone.close()
  await see(page.locator('[aria-current=step]')).toHaveText(/已支付|Paid/)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** A minute passes at both sides: WeChat takes one refund a minute of a payment. */
async function aMinutePasses(orderId: string): Promise<void> {
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.prepare('update refunds set approved_at = approved_at - 61000 where order_id = ?').run(orderId)
  file.close()
  await passAtWeChat(61)
}

async function passAtWeChat(advanceSeconds: number): Promise<void> {
  await fetch(`${shop.url}/emulator/_control/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceSeconds }),
  })
}

/** From the order's page to the page that asks once more, which names amount and order before anything happens. */
async function fillIn(page: Page, words: typeof en, orderId: string, line: (typeof LINES)[number]): Promise<void> {
  await page.goto(`/admin/orders/${orderId}`)
  await page.getByText(words.orderRefund.open, { exact: true }).click()
  await page.getByLabel(words.orderRefund.pieces).check()
  await page.locator(`[name="pieces.${line.productId}"]`).fill('1')
  await page.getByLabel(words.orderRefund.reason).fill('broken on the way')
  await page.getByRole('button', { name: words.orderRefund.next }).click()
  await page.waitForURL(/\/refund\?/)
  await see(page.getByRole('heading', { level: 1 })).toContainText(`¥${line.yuan}`)
  await see(page.locator('main')).toContainText(orderNumberOf(orderId))
}

/** A form that says what is wrong about it. */
async function seeRefused(page: Page, words: typeof en, orderId: string): Promise<void> {
  await page.goto(`/admin/orders/${orderId}/refund?what=lines&pieces.tea-qimen=2&reason=x`)
  await see(page.getByRole('status').first()).toHaveText(words.problem.invalid_refund_lines)
  await expectGood(page)
}

/** The newest notice about an order, with what was encrypted in it. */
async function seeNotice(page: Page, words: typeof en, orderId: string): Promise<void> {
  await page.goto(`/admin/notifications?number=${orderId}`)
  await page.locator('main ol a').first().click()
  await page.waitForURL(/notifications\/\d+\?/)
  await see(page.locator('main')).toContainText(words.verdictWhy.refund_applied)
  await see(page.locator('main')).toContainText(words.notification.refundQuery)
  await expectGood(page)
  await page.getByRole('link', { name: words.notification.tab.fields, exact: true }).click()
  await see(page.locator('main')).toContainText('req_info.out_refund_no')
  await expectGood(page)
}

test.each([
  ['in English, seen by a buyer in Chinese', IN_ENGLISH, IN_CHINESE],
  ['in Chinese, seen by a buyer in English', IN_CHINESE, IN_ENGLISH],
])(
  'an order of three lines is refunded line by line %s, who watches it happen',
  { timeout: 150_000 },
  async (_, ofAdmin, ofBuyer) => {
    const buyer = await visit(ofBuyer.options)
    const orderId = await buyThree(buyer)
    await buyer.page.evaluate(() => document.body.setAttribute('data-mark', 'same page'))
    const { page, context } = await signIn(ofAdmin)
    const { words } = ofAdmin
    const seen = buyer.page.locator('section[aria-labelledby=refunds] li')
    await seeRefused(page, words, orderId)
    for (const [index, line] of LINES.entries()) {
      await fillIn(page, words, orderId, line)
      await expectGood(page)
      await page.getByRole('button', { name: `¥${line.yuan}` }).click()
      await page.waitForURL(/\?done=refunded$/)
      await see(page.getByRole('status').filter({ hasText: /\S/ }).first()).toHaveText(words.adminOrder.done.refunded)
      await see(seen).toHaveCount(index + 1)
      await see(seen.last()).toContainText(`¥${line.yuan}`)
      await see(seen.last()).toContainText(ofBuyer.words.buyerRefund.text.processing)
      await passAtWeChat(6)
      await see(seen.last()).toContainText(ofBuyer.words.buyerRefund.state.succeeded)
      await expectGood(buyer.page)
      await aMinutePasses(orderId)
    }
    expect(await buyer.page.locator('body').getAttribute('data-mark')).toBe('same page')
    await see(buyer.page.getByRole('heading', { level: 1 })).toHaveText(ofBuyer.words.order.refundedTitle)
    await see(buyer.page.locator('[aria-current=step]')).toHaveText(ofBuyer.words.order.stepRefunded)

    await page.reload()
    await see(page.locator('main')).toContainText(words.orderRefund.nothingLeft)
    await see(page.getByText(words.adminOrder.ship)).toHaveCount(0)
    await expectGood(page)
    await seeNotice(page, words, orderId)
    await page.goto(`/admin/refunds?number=${orderId}`)
    await see(page.locator('main ul > li')).toHaveCount(3)
    await expectGood(page)
    await buyer.page.goto('/orders')
    await see(buyer.page.locator('main')).toContainText(ofBuyer.words.orders.status.refunded)
    await expectGood(buyer.page)
    await context.close()
    await buyer.context.close()
  },
)

/** The shop dies as by a power switch, with its emulator, and is started again on its files. */
async function die(): Promise<void> {
  await shop.end('SIGKILL')
  shop = await startShop(folder.path, Number(new URL(shop.url).port), ADMIN)
}

async function loseNotices(lose: number): Promise<void> {
  await fetch(`${shop.url}/emulator/_control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lose }),
  })
}

/** Whatever is due later is due at once for the worker. */
function nothingWaits(orderId: string): void {
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.prepare('update refunds set next_check_at = 0 where order_id = ? and next_check_at > 0').run(orderId)
  file.close()
}

test('killed once between every two steps, while all notices get lost, a shop refunds three lines, and both books agree', {
  timeout: 150_000,
}, async () => {
  const buyer = await visit(PHONE)
  const orderId = await buyThree(buyer)
  const admins = [await signIn(IN_ENGLISH), await signIn(IN_CHINESE)]
  await loseNotices(1_000)
  for (const [index, line] of LINES.entries()) {
    const [admin, { words }] = index % 2 === 0 ? [admins[0], IN_ENGLISH] : [admins[1], IN_CHINESE]
    if (admin === undefined) throw new Error('nobody is signed in')
    const dieOnce = async (n: number) => {
      if (n % LINES.length === index) await die()
    }
    await dieOnce(0)
    await fillIn(admin.page, words, orderId, line)
    await dieOnce(1)
    await admin.page.getByRole('button', { name: `¥${line.yuan}` }).click()
    await admin.page.waitForURL(/\?done=refunded$/)
    await dieOnce(2)
    await passAtWeChat(6)
    await dieOnce(3)
    nothingWaits(orderId)
    await see(async () => {
      await admin.page.goto(`/admin/refunds?number=${orderId}&status=succeeded`)
      await see(admin.page.locator('main ul > li')).toHaveCount(index + 1, { timeout: 1_000 })
    }).toPass({ timeout: 20_000 })
    await aMinutePasses(orderId)
  }
  await loseNotices(0)
  const state = await (await fetch(`${shop.url}/emulator/_control/state`)).json()
  const { orders, refunds, deliveries } = state as Record<
    'orders' | 'refunds' | 'deliveries',
    Record<string, unknown>[]
  >
  const file = new Sqlite(`${folder.path}/shop.db`, { readonly: true })
  const payment = file.prepare("select out_trade_no, amount_fen from payments where order_id = ? and status = 'paid'")
  const { out_trade_no, amount_fen } = payment.get(orderId) as Record<string, unknown>
  const ours = file.prepare('select out_refund_no, refund_fen, status from refunds where order_id = ?').all(orderId)
  const events = file.prepare("select count(*) from notifications where kind = 'refund' and order_id = ?").pluck()
  expect(events.get(orderId)).toBe(0)
  file.close()
  expect(orders.find((it) => it.out_trade_no === out_trade_no)).toMatchObject({ total_fee: amount_fen })
  const theirs = refunds.filter((it) => it.out_trade_no === out_trade_no)
  expect(theirs.map((it) => it.status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS'])
  expect(deliveries.some((it) => theirs.some((refund) => refund.out_refund_no === it.out_refund_no))).toBe(true)
  const pairs = (rows: unknown[], amount: string) =>
    (rows as Record<string, unknown>[]).map((it) => `${it.out_refund_no} ${it[amount]}`).sort()
  expect(pairs(ours, 'refund_fen')).toEqual(pairs(theirs, 'refund_fee'))
  expect(theirs.reduce((sum, it) => sum + Number(it.refund_fee), 0)).toBe(amount_fen)
  await buyer.page.goto(`/orders/${orderId}`)
  await see(buyer.page.getByRole('heading', { level: 1 })).toHaveText(zh.order.refundedTitle)
  for (const { context } of [...admins, buyer]) await context.close()
})

test('a form without any script tells in its own words what is wrong about a refund, and changes nothing', async () => {
  const buyer = await visit(PHONE)
  const orderId = await buyThree(buyer)
  const { page, context } = await signIn({ words: zh, options: { ...PHONE, javaScriptEnabled: false } })
  await page.goto(`/admin/orders/${orderId}`)
  await page.getByText(zh.orderRefund.open, { exact: true }).click()
  await page.getByLabel(zh.orderRefund.amount, { exact: true }).check()
  await page.getByLabel(zh.orderRefund.yuan).fill('192.01')
  await page.getByLabel(zh.orderRefund.reason).fill('包装破损')
  await page.getByRole('button', { name: zh.orderRefund.next }).click()
  await see(page.getByRole('status')).toHaveText(zh.problem.refund_too_much)
  await see(page.getByLabel(zh.orderRefund.yuan)).toHaveValue('192.01')
  await expectFits(page)
  await page.getByLabel(zh.orderRefund.yuan).fill('-1')
  await page.getByRole('button', { name: zh.orderRefund.next }).click()
  await see(page.getByRole('status')).toHaveText(zh.problem.invalid_refund_amount)
  await page.getByLabel(zh.orderRefund.yuan).fill('0.01')
  await page.getByRole('button', { name: zh.orderRefund.next }).click()
  await see(page.getByRole('heading', { level: 1 })).toContainText('¥0.01')
  await page.getByRole('link', { name: zh.refundConfirm.change }).click()
  await see(page.getByLabel(zh.orderRefund.yuan)).toHaveValue('0.01')
  await page.getByRole('button', { name: zh.orderRefund.next }).click()
  await page.getByRole('button', { name: '¥0.01' }).click()
  await page.waitForURL(/\?done=refunded$/)
  await page.goto(`/admin/orders/${orderId}/refund?what=whole&reason=x`)
  await page.getByRole('button', { name: '¥191.99' }).click()
  await see(page.getByRole('status')).toHaveText(zh.problem.refund_too_soon)
  await context.close()
  await buyer.context.close()
})

/** Asks for the money back on the order's page, by its plain form. */
async function ask(page: Page, reason: string): Promise<void> {
  await page.locator('summary', { hasText: en.buyerRefund.ask }).click()
  await page.getByLabel(en.buyerRefund.askReason).fill(reason)
  await page.getByRole('button', { name: en.buyerRefund.askSubmit }).click()
  await see(page.locator('section[aria-labelledby=refunds]')).toContainText(reason)
}

test('a wish is asked for, declined with a sentence, asked for again and approved, and each answer comes by itself', async () => {
  const buyer = await visit(DESKTOP)
  await buyThree(buyer)
  await expectGood(buyer.page)
  const order = buyer.page.url()
  await buyer.page.goto(`${order}?problem=not_paid_yet`)
  await see(buyer.page.locator('main')).not.toContainText(en.problem.not_paid_yet)
  await buyer.page.goto(`${order}?problem=reason_too_long`)
  await see(buyer.page.locator('details')).toContainText('26 Chinese characters')
  await buyer.page.goto(order)
  await ask(buyer.page, 'ordered by mistake')
  const seen = buyer.page.locator('section[aria-labelledby=refunds] li')
  await see(seen.last()).toContainText(en.buyerRefund.state.wish)
  await expectGood(buyer.page)

  const { page, context } = await signIn(IN_CHINESE)
  await see(page.locator('main')).toContainText(zh.overview.refundsLook)
  await expectGood(page)
  await page.goto('/admin/refunds?waits=look')
  await see(page.locator('main')).toContainText('ordered by mistake')
  await expectGood(page)
  await page.getByText(zh.refundCard.answer).click()
  await page.getByRole('button', { name: zh.refundCard.decline }).click()
  await see(page.getByRole('status').first()).toHaveText(zh.problem.note_required.replace('{noteMax}', '500'))
  await page.getByText(zh.refundCard.answer).click()
  await page.getByLabel(zh.refundCard.sentence).fill('您的茶已经在打包。')
  await page.getByRole('button', { name: zh.refundCard.decline }).click()
  await see(page.getByRole('status').first()).toHaveText(zh.adminOrder.done.declined)
  await see(page.locator('main')).toContainText(zh.refunds.nothingToLookAt)
  await expectGood(page)
  await see(seen.last()).toContainText('您的茶已经在打包。')
  await expectGood(buyer.page)

  await ask(buyer.page, 'please, I am moving away')
  await page.goto('/admin/refunds?waits=look')
  await page.getByText(zh.refundCard.answer).click()
  await page.getByLabel(zh.refundCard.sentence).fill('没问题。')
  await page.getByRole('button', { name: '¥192.00' }).click()
  await see(page.getByRole('status').first()).toHaveText(zh.adminOrder.done.approved)
  await see(seen.last()).toContainText('没问题。')
  await passAtWeChat(6)
  await see(seen.last()).toContainText(en.buyerRefund.state.succeeded)
  await expectGood(buyer.page)
  await context.close()
  await buyer.context.close()
})

async function atWeChat(path: string, said: object): Promise<void> {
  const answer = await fetch(`${shop.url}/emulator/_control/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(said),
  })
  expect([path, answer.status]).toEqual([path, 200])
}

test('what only WeChat’s console can settle, or made, says so and is done with a note', async () => {
  const buyer = await visit(IN_CHINESE.options)
  const orderId = await buyThree(buyer)
  const { page, context } = await signIn(IN_ENGLISH)
  await page.goto(`/admin/orders/${orderId}/refund?what=amount&yuan=1&reason=broken`)
  await page.getByRole('button', { name: '¥1.00' }).click()
  await page.waitForURL(/\?done=refunded$/)
  const card = page.locator('section[aria-labelledby=refunds] li')
  const outRefundNo = await card.getAttribute('id')
  await atWeChat('refund', { out_refund_no: outRefundNo, outcome: 'abnormal' })
  await page.getByRole('button', { name: en.refundCard.query }).click()
  await page.waitForURL(/\?done=refund_queried$/)
  await see(card).toContainText(en.refundCard.abnormalText)
  await expectGood(page)
  await see(buyer.page.locator('section[aria-labelledby=refunds] li')).toContainText(zh.buyerRefund.text.abnormal)
  await page.locator('summary', { hasText: en.refundCard.abnormalDone }).click()
  await page.getByLabel(en.refundCard.abnormalNote).fill('sent to another card of the buyer')
  await page.getByRole('button', { name: en.refundCard.abnormalDone }).click()
  await see(card).toContainText('sent to another card of the buyer')

  const outTradeNo = await page.locator('section[aria-labelledby=payments] a').textContent()
  await aMinutePasses(orderId)
  await atWeChat('console-refund', { out_trade_no: outTradeNo, refund_fee: 500 })
  await passAtWeChat(6)
  await page.getByRole('button', { name: en.adminOrder.query }).click()
  await see(card.last()).toContainText(en.refundCard.foreignText)
  await see(page.getByText(en.adminOrder.ship)).toHaveCount(0)
  await expectGood(page)
  await page.locator('summary', { hasText: en.refundCard.foreignDone }).click()
  await page.getByLabel(en.refundCard.foreignNote).fill('made by Olga after a call')
  await page.getByRole('button', { name: en.refundCard.foreignDone }).click()
  await see(card.last()).toContainText('made by Olga after a call')
  await see(buyer.page.locator('main')).not.toContainText('Olga')
  await context.close()
  await buyer.context.close()
})

test('a viewer sees every refund and has nothing to press', async () => {
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.prepare(`update user set role = 'viewer'`).run()
  file.close()
  const { page, context } = await signIn(IN_CHINESE)
  await page.goto('/admin/refunds')
  await see(page.locator('main ul > li').first()).toBeVisible()
  await see(page.locator('main form[action^="/api/admin/refunds/"]:not([data-download])')).toHaveCount(0)
  await page.locator('main ul > li a').first().click()
  await page.waitForURL('**/admin/orders/*')
  await see(page.locator('#refunds')).toBeVisible()
  await see(page.locator('main form[method=post]')).toHaveCount(0)
  await page.goto(`${page.url()}/refund?what=whole&reason=x`)
  await see(page.getByRole('status')).toHaveText(zh.orderRefund.viewer)
  await see(page.locator('main form')).toHaveCount(0)
  await expectGood(page)
  await context.close()
})

test('without the certificate of the merchant the pages say how refunds are switched on', async () => {
  await shop.end('SIGTERM')
  const file = new Sqlite(`${folder.path}/shop.db`)
  file.prepare(`update user set role = 'operator'`).run()
  // Of this one nearly all is left.
  const orderId = file.prepare('select order_id from refunds where refund_fen = 1').pluck().get()
  file.close()
  shop = await startShop(folder.path, await freePort(), { ...ADMIN, WXPAY_API_BASE: 'https://127.0.0.1:9' })
  for (const { words, options } of [IN_ENGLISH, IN_CHINESE]) {
    const { page, context } = await signIn({ words, options })
    await page.goto(`/admin/orders/${orderId}`)
    await see(page.locator('main')).toContainText(words.orderRefund.off.no_certificate)
    await see(page.getByText(words.orderRefund.open, { exact: true })).toHaveCount(0)
    await expectGood(page)
    await page.goto(`/admin/orders/${orderId}/refund?what=whole&reason=x`)
    await see(page.locator('main')).toContainText(words.orderRefund.off.no_certificate)
    await see(page.locator('main form[method=post]')).toHaveCount(0)
    await expectGood(page)
    await context.close()
  }
})
