import { execFileSync } from 'node:child_process'
import { type Browser, type Page, expect as see } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { refundNotice, signedNotification } from '../messages'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { DESKTOP, expectFits, expectGood, PHONE } from './visitor'

const ADMIN = { ADMIN_EMAIL: 'admin@shop.example', ADMIN_PASSWORD: 'a password for tests' }

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  shop = await startShop(folder.path, await freePort(), ADMIN)
  await send(signedNotification('NUMBER1', {}, { type: 'HMAC-SHA256' }))
  await send(Uint8Array.from({ length: 64 * 1024 }, (_, place) => place % 32))
  for (let n = 0; n < 50; n += 1) await send(`<xml><a>${n}</a></xml>`)
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

const send = (body: string | Uint8Array, path = '/api/wechat/notify') =>
  fetch(`${shop.url}${path}`, { method: 'POST', body: body as BodyInit })

/** Signed in, in the admin's language. */
async function visit(options: Parameters<Browser['newContext']>[0], words: typeof en) {
  const context = await browser.newContext({ baseURL: shop.url, ...options })
  const page = await context.newPage()
  await page.goto('/admin/login')
  await page.getByLabel(words.login.email).fill(ADMIN.ADMIN_EMAIL)
  await page.getByLabel(words.login.password).fill(ADMIN.ADMIN_PASSWORD)
  await page.getByRole('button', { name: words.login.submit }).click()
  await page.waitForURL('**/admin')
  return { context, page }
}

/** From the list to the entry with the wrong signature, and everything on the way. */
async function findWrongSignature(page: Page, words: typeof en): Promise<void> {
  await page.goto('/admin/notifications')
  await see(page.locator('main ol li')).toHaveCount(30)
  await expectGood(page)
  await page.getByRole('link', { name: words.notifications.older }).click()
  await see(page.locator('main ol li')).not.toHaveCount(30)
  // A bar of the picture is the day that it stands for; the same bar then shows its hours.
  await page.locator('figure svg a').last().click()
  await page.waitForURL(/from=.*until=/)
  await see(page.locator('figure svg a').first()).toBeVisible()
  await page.locator('summary', { hasText: words.notifications.filter }).last().click()
  await page.getByLabel(words.notifications.field.number).fill('NUMBER1')
  await page.getByLabel(words.notifications.field.verdict).selectOption('bad_signature')
  await page.getByRole('button', { name: words.notifications.apply, exact: true }).click()
  await page.waitForURL(/number=NUMBER1/)
  await expectGood(page)
  await page.locator('main ol a').last().click()
  await page.waitForURL(/notifications\/\d+\?/)
  await see(page.locator('main')).toContainText(words.signatureCause.v2.other_sign_type.title)
  await see(page.locator('main')).toContainText('&key=***')
  await expectGood(page)
}

test('beside the list keys go from message to message, tabs show its parts, and what is copied sends it once more', async () => {
  const { context, page } = await visit(DESKTOP, en)
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const title = page.getByRole('heading', { level: 1 })
  await page.goto('/admin/notifications?verdict=failed_transport')
  await see(page.getByText(en.notifications.choose)).toBeVisible()
  const [newest = 0, second = 0] = await idsShown(page)
  await page.keyboard.press('j')
  await see(title).toHaveText(`Notification ${newest}`)
  await see(page.locator('main ol a[aria-current]')).toHaveAttribute('href', new RegExp(`/${newest}\\?`))
  await page.keyboard.press('ArrowDown')
  await see(title).toHaveText(`Notification ${second}`)
  await page.getByRole('link', { name: en.notification.tab.raw }).click()
  await see(page.locator('#raw')).toContainText('<xml><a>')
  await expectGood(page)
  await page.getByRole('button', { name: en.notification.copyCurl }).click()
  await see(page.getByText(en.notification.copied)).toBeVisible()
  const command = await page.evaluate(() => navigator.clipboard.readText())
  const sent = execFileSync('sh', ['-c', command], { encoding: 'utf8' })
  expect(sent).toContain('<return_code><![CDATA[FAIL]]></return_code>')
  // The tab stays; the next message has it too.
  await page.keyboard.press('k')
  await see(title).toHaveText(`Notification ${newest}`)
  await see(page.locator('#raw')).toBeVisible()
  await page.getByRole('link', { name: en.notification.tab.headers }).click()
  await see(page.locator('main')).toContainText('content-type')
  expect(complaints).toEqual([])
  const state = await context.storageState()
  await context.close()

  // All of it are links, so none of it needs a script.
  const plain = await browser.newContext({
    baseURL: shop.url,
    ...DESKTOP,
    javaScriptEnabled: false,
    storageState: state,
  })
  const still = await plain.newPage()
  await still.goto(`/admin/notifications/${second}?tab=raw`)
  await see(still.locator('#raw')).toContainText('<xml><a>')
  await see(still.getByRole('button', { name: en.notification.copyCurl })).toBeHidden()
  await still.getByRole('link', { name: en.notification.newer, exact: true }).click()
  await see(still.getByRole('heading', { level: 1 })).toHaveText(`Notification ${second + 1}`)
  await plain.close()
})

const idsShown = (page: Page) =>
  page
    .locator('main ol a')
    .evaluateAll((links) => links.map((it) => Number(/(\d+)(\?|$)/.exec(it.getAttribute('href') ?? '')?.[1])))

test('an operator finds a wrong signature explained, has it replayed, and all that a filter finds', async () => {
  const { context, page } = await visit(DESKTOP, en)
  await findWrongSignature(page, en)
  await page.locator('summary', { hasText: en.notification.replay }).click()
  await page.getByRole('button', { name: en.notification.replayNow }).click()
  await page.waitForURL(/notifications\/\d+$/)
  await see(page.getByRole('heading', { level: 1 })).toHaveText(/^Notification 5[34]$/)
  await see(page.locator('main')).toContainText('This is a replay of notification 1')

  await page.goto('/admin/notifications?verdict=bad_signature')
  await page.locator('summary', { hasText: en.notifications.save }).click()
  await page.getByLabel(en.notifications.saveName).fill('Forged')
  await page.getByRole('button', { name: en.notifications.saveNow }).click()
  await see(page.getByRole('link', { name: 'Forged' })).toHaveAttribute('aria-current', 'page')
  await expectGood(page)
  await page.getByRole('link', { name: en.replay.allFiltered }).click()
  await see(page.locator('main form')).toContainText('1 message will be replayed')
  await expectGood(page)
  await page.getByRole('button', { name: 'Replay 1', exact: true }).click()
  await page.waitForURL(/replayed=1/)
  await see(page.getByText('1 message was replayed')).toBeVisible()
  await see(page.locator('main ol li').first()).toContainText('replay of 1')

  // A row comes by itself: a reload would lose this mark.
  await page.evaluate(() => document.body.setAttribute('data-mark', 'same page'))
  await send(signedNotification('NUMBER2'))
  await see(page.locator('main ol li').first()).toContainText('NUMBER2')
  expect(await page.locator('body').getAttribute('data-mark')).toBe('same page')

  await page.goto('/admin/notifications?verdict=paid&after=x')
  await see(page.getByRole('status').last()).toContainText(
    'Ignored, because not understood: Verdict, Place in the list.',
  )
  expect((await page.goto('/admin/notifications/999'))?.status()).toBe(404)
  await see(page.locator('main')).toContainText(en.notification.gone)
  await expectGood(page)
  await context.close()
})

test('a viewer on a phone sees the same in Chinese, and has nothing to act with', async () => {
  const db = new Sqlite(`${folder.path}/shop.db`)
  db.prepare(`update user set role = 'viewer'`).run()
  db.prepare(`update notifications set body_sha256 = 'another' where id = 1`).run()
  db.close()
  const { context, page } = await visit(PHONE, zh)
  await findWrongSignature(page, zh)
  await see(page.getByRole('status')).toHaveText(zh.notification.altered)
  await see(page.getByRole('button', { name: zh.notification.replayNow })).toHaveCount(0)
  await page.goto('/admin/notifications/replay?verdict=bad_signature')
  await see(page.getByRole('status')).toHaveText(zh.replay.viewer)
  await see(page.locator('main form')).toHaveCount(0)

  // 64 KiB of control characters are shown one by one, and do nothing.
  await page.goto('/admin/notifications/2?tab=raw')
  await see(page.locator('#raw')).toContainText('\\x00\\x01\\x02')
  await expectFits(page)

  await page.goto('/admin/signature')
  await expectGood(page)
  await page.getByLabel(zh.signatureTool.paste).fill(signedNotification('NUMBER1', {}, { type: 'HMAC-SHA256' }))
  await page.getByRole('button', { name: zh.signatureTool.submit }).click()
  await see(page.getByRole('heading', { name: zh.signatureCause.v2.other_sign_type.title })).toBeVisible()
  await expectGood(page)
  await context.close()
})

test.each([
  ['en', en, DESKTOP],
  ['zh', zh, PHONE],
])('a refund notice is opened and explained, in %s', async (_, words, device) => {
  const content = '<root><refund_fee>3000</refund_fee></root>'
  const { context, page } = await visit(device, words)
  await send(refundNotice(content, 'x'.repeat(32)), '/api/wechat/notify/refund')
  await page.goto('/admin/notifications?verdict=undecryptable')
  await page.locator('main ol a').last().click()
  await page.waitForURL(/notifications\/\d+\?/)
  await see(page.getByRole('heading', { name: words.signatureCause.v2.sealed_other_key.title })).toBeVisible()
  await see(page.locator('main')).toContainText(words.check.decrypts)
  await expectGood(page)

  await page.goto('/admin/signature')
  await page.getByLabel(words.signatureTool.paste).fill(refundNotice(content))
  await page.getByRole('button', { name: words.signatureTool.submit }).click()
  await see(page.getByText(words.signatureTool.opens)).toBeVisible()
  await see(page.locator('main')).toContainText('req_info.refund_fee')
  await expectGood(page)
  await context.close()
})
