import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { type Browser, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { order } from '../emulator/wechat'
import { openBrowser } from './browser'
import { freePort } from './shop-process'
import { expectGood } from './visitor'

const DESKTOP = { locale: 'en-GB', viewport: { width: 1280, height: 800 }, colorScheme: 'light' } as const
const PHONE = { locale: 'zh-CN', viewport: { width: 390, height: 844 }, isMobile: true, colorScheme: 'dark' } as const

const emulator = createEmulator()
let server: ReturnType<typeof serve>
let browser: Browser
let url: string

beforeAll(async () => {
  const port = await freePort()
  server = serve({ fetch: (request) => emulator.fetch(request), port, hostname: '127.0.0.1' })
  await once(server, 'listening')
  url = `http://127.0.0.1:${port}`
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await emulator.stop()
  server?.close()
  emulator.close()
})

/** A merchant's program orders something. */
async function place(outTradeNo: string, key = DEMO_ACCOUNT.apiKey): Promise<void> {
  // Nobody listens at this address, so the notification finds no one.
  const fields = order({ out_trade_no: outTradeNo, notify_url: 'http://127.0.0.1:9/' })
  const body = writeXml({ ...fields, sign: sign(fields, key, 'MD5') })
  await fetch(`${url}/pay/unifiedorder`, { method: 'POST', body })
}

async function visit(options: Parameters<Browser['newContext']>[0]) {
  const context = await browser.newContext({ baseURL: url, ...options })
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { context, page: await context.newPage(), complaints }
}

test.each([
  ['English, light, at a desk', 'E', DESKTOP],
  ['Chinese, dark, on a phone', 'C', PHONE],
])(
  'the inspector in %s: a call arrives by itself, is looked at, copied, paid, and made to fail',
  async (_, mark, options) => {
    const { context, page, complaints } = await visit(options)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto('/')
    await see(page.locator('main[data-state=live]')).toHaveCount(1)
    await place(`${mark}-ORDER-1`)
    await place(`${mark}-FORGED`, 'x'.repeat(32))
    await see(page.locator('.activity')).toContainText([`${mark}-FORGED`, `${mark}-ORDER-1`])
    await expectGood(page)

    await page.locator('.activity a').first().click()
    await see(page.locator('.cause')).toHaveCount(1)
    await page.locator('[data-copy=curl-text]').click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`${url}/pay/unifiedorder`)
    await expectGood(page)

    await page.goto('/orders')
    await page.getByText(`${mark}-ORDER-1`).click()
    await page.locator('#tap-success').click()
    await see(page.locator('#resend')).toBeVisible()
    await see(page.getByRole('status')).toBeVisible()
    await page.locator('#resend').click()
    await see(page.locator('.step.delivery .tag.bad').first()).toBeVisible()
    await expectGood(page)
    await page.locator('.step.delivery a').first().click()
    await expectGood(page)

    await page.goto('/orders')
    await page.getByText(`${mark}-ORDER-1`).click()
    await page.locator('#refund-yuan').fill('0.8')
    await page.locator('#console-refund').click()
    await see(page.getByRole('status')).toBeVisible()
    await see(page.locator('#end-closed')).toBeVisible()
    await expectGood(page)
    await page.locator('#end-abnormal').click()
    await page.locator('#end-success').click()
    await page.locator('#resend').click()
    await see(page.locator('.step.delivery')).toHaveCount(3)
    await expectGood(page)
    await page.locator('.step.delivery a').first().click()
    await see(page.locator('.fields').first()).toContainText('refund_status')
    await expectGood(page)
    await page.goto('/refunds')
    await see(page.locator('.order')).toHaveCount(1)
    await expectGood(page)

    await page.goto('/faults')
    await page.locator('input[value=lose]').check()
    await page.locator('.fault-end button').click()
    await see(page.locator('.faults li')).toHaveCount(1)
    await expectGood(page)
    await page.locator('#all-off').click()
    await see(page.locator('.faults li')).toHaveCount(0)

    await page.goto('/clock')
    await page.locator('button[name=seconds][value="180"]').click()
    await see(page.locator('.clock-ahead')).toContainText('3')
    await expectGood(page)
    await page.locator('.danger a').click()
    await expectGood(page)
    await page.locator('button[name=confirm]').click()
    await see(page.locator('.empty')).toBeVisible()
    await expectGood(page)
    expect(complaints).toEqual([])
    await context.close()
  },
)

test('without any script the inspector shows the same and its forms work', async () => {
  const { context, page } = await visit({ ...DESKTOP, javaScriptEnabled: false })
  await place('PLAIN-1')
  await page.goto('/?q=plain')
  await see(page.locator('.activity')).toContainText(['PLAIN-1'])
  await see(page.locator('.reload')).toBeVisible()
  await page.locator('.activity a').first().click()
  await see(page.locator('#curl-text')).toContainText('curl')
  await see(page.locator('[data-copy]').first()).toBeHidden()
  await page.locator('.facts a').click()
  await page.locator('#tap-success').click()
  await see(page.getByRole('status')).toBeVisible()
  await context.close()
})
