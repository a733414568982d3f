import { type Browser, type Page, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import zh from '@/lib/i18n/messages/zh.json'
import { beginOf, type Day, dayAfter, dayOf } from '@/lib/shop/beijing'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { DESKTOP, expectGood, PHONE } from './visitor'

const ADMIN = { ADMIN_EMAIL: 'admin@shop.example', ADMIN_PASSWORD: 'a password for tests' }
const words = zh.bills
const FEE_RATE = 0.006

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

async function post(path: string, body: object, headers: Record<string, string> = {}, method = 'POST') {
  const init = { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
  const response = await fetch(`${shop.url}${path}`, init)
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}
const control = (path: string, body: object, method = 'POST') => post(`/emulator/_control/${path}`, body, {}, method)

type State = {
  now: number
  orders: { out_trade_no: string; total_fee: number; transaction_id: string | null }[]
  refunds: { refund_fee: number }[]
}
const stateOf = async (): Promise<State> => (await fetch(`${shop.url}/emulator/_control/state`)).json()

/** Pays for one piece of what there is most of, so that ten days sell nothing out. */
async function buy(): Promise<string> {
  const { products } = await (await fetch(`${shop.url}/api/products`)).json()
  const [most] = products.sort((a: { stock: number }, b: { stock: number }) => b.stock - a.stock)
  const { id, token } = await post('/api/orders', { items: [{ productId: most.id, quantity: 1 }] })
  const authorization = { authorization: `Bearer ${token}` }
  const { outTradeNo } = await post(`/api/orders/${id}/prepay`, { channel: 'native' }, authorization)
  await control('pay', { out_trade_no: outTradeNo, outcome: 'success' })
  return outTradeNo
}

/** WeChat's clock goes on to a quarter past ten of the day after. */
async function endDay(day: Day): Promise<void> {
  const { now } = await stateOf()
  const to = beginOf(dayAfter(day)) + 10.25 * 3600_000
  await control('clock', { advanceSeconds: Math.ceil((to - now) / 1_000) })
}

/** What goes wrong on each of ten days: on WeChat's side, on the way, and in the bill. */
const STORM = {
  seed: '7',
  lose: { probability: 0.4 },
  duplicate: { probability: 0.3 },
  tamperAmount: { probability: 0.2 },
}
const DAYS: { notices?: object; bill?: object; sells?: number; refunds?: boolean }[] = [
  { sells: 3 },
  { sells: 3, notices: { lose: { probability: 1 } }, refunds: true },
  { sells: 2, bill: { billRowMissing: 1 } },
  { sells: 2, bill: { billRowTwice: 1 } },
  { sells: 2, notices: STORM, bill: { billAmountChanged: 1 } },
  { sells: 1, notices: STORM, refunds: true },
  { sells: 2, bill: { billWrongSummary: 1 } },
  { sells: 0 },
  { sells: 2, notices: STORM, bill: { billLate: 1 } },
  { sells: 3, notices: STORM, refunds: true, bill: { billCutGzip: 1 } },
]

/** Presses the buttons of both bills: the trade bill's, which stands first, and the account's. */
async function fetchBills(page: Page, day: Day): Promise<void> {
  for (const place of [0, 1]) {
    await page.goto(`/admin/bills/${day}`)
    await page.getByRole('button', { name: words.fetch }).nth(place).click()
    await page.waitForURL(/done=bill_fetched/)
  }
}

/** Ends whatever is open, by the act that is advised, or with a note. */
async function endAll(page: Page, day: Day): Promise<void> {
  for (let left = 30; left > 0; left -= 1) {
    await page.goto(`/admin/bills/${day}`)
    const cards = page.locator('li[id^=difference-]')
    if ((await cards.count()) === 0) return
    const card = cards.first()
    const query = card.getByRole('button', { name: words.query })
    const record = card.locator('summary', { hasText: words.record })
    const isSettled = left > 15 && (await query.count()) + (await record.count()) > 0
    if (isSettled && (await query.count()) > 0) await query.click()
    else if (isSettled) {
      await record.click()
      await card.getByRole('button', { name: words.record }).click()
    } else {
      await card.locator('summary', { hasText: words.accept }).click()
      await card.getByLabel(words.acceptNote).fill('已在商户平台核对')
      await card.getByRole('button', { name: words.accept }).click()
    }
    await page.waitForURL(/(done|problem)=/)
  }
}

test('ten days of storms, losses and wrong bills end with every difference ended, and the net is the ledger', async () => {
  const context = await browser.newContext({
    baseURL: shop.url,
    ...DESKTOP,
    locale: 'zh-CN',
    viewport: { width: 1280, height: 720 },
  })
  const page = await context.newPage()
  await page.goto('/admin/login')
  await page.getByLabel(zh.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(zh.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: zh.login.submit }).click()
  await page.waitForURL('**/admin')

  const first = dayOf((await stateOf()).now)
  for (const [place, { sells = 0, notices = {}, bill = {}, refunds = false }] of DAYS.entries()) {
    const day = dayAfter(first, place)
    await control('faults', notices, 'PUT')
    const numbers: string[] = []
    for (let n = 0; n < sells; n += 1) numbers.push(await buy())
    if (refunds) await control('console-refund', { out_trade_no: numbers[0], refund_fee: 1_234 })
    await endDay(day)
    await control('faults', bill, 'PUT')
    for (let round = 0; round < 2; round += 1) {
      await fetchBills(page, day)
      if (place === 4 && round === 0) await expectGood(page)
    }
    await endAll(page, day)
    await see(page.locator('main')).toContainText(words.noOpen)
    await see(page.getByText(words.standing.failed)).toHaveCount(0)
    // A summary that was wrong is kept beside the right one, and shown.
    if (place === 6) await see(page.getByText(words.severalFiles)).toHaveCount(1)
  }

  const { orders, refunds } = await stateOf()
  const feeOf = (fen: number) => Math.round(fen * FEE_RATE)
  const paid = orders
    .filter((it) => it.transaction_id !== null)
    .reduce((sum, it) => sum + it.total_fee - feeOf(it.total_fee), 0)
  const ledger = refunds.reduce((sum, it) => sum - it.refund_fee + feeOf(it.refund_fee), paid)
  let net = 0
  for (const month of new Set(DAYS.map((_, place) => dayAfter(first, place).slice(0, 7)))) {
    await page.goto(`/admin/bills?month=${month}`)
    const text = await page.locator('dl > div', { hasText: words.netHint }).locator('dd').first().textContent()
    net += Math.round(Number(text?.replace(/[^\d.-]/g, '')) * 100)
    await expectGood(page)
  }
  expect(net).toBe(ledger)
  await see(page.locator('main')).not.toContainText(words.oldestOpen.split('{')[0] ?? '')

  const phone = await browser.newContext({
    baseURL: shop.url,
    ...PHONE,
    locale: 'en-GB',
    storageState: await context.storageState(),
  })
  const small = await phone.newPage()
  for (const path of [`/admin/bills?month=${first.slice(0, 7)}`, `/admin/bills/${dayAfter(first, 3)}?list=ended`]) {
    await small.goto(path)
    await expectGood(small)
  }
}, 240_000)
