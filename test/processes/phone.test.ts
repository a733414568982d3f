import { type Browser, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { type Server, serveEmulator } from '@/lib/emulator/server'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { order } from '../emulator/wechat'
import { openBrowser } from './browser'
import { expectAccessible, typePassword } from './visitor'

const NAME = { zh: '山岚茶舍', en: 'Shanlan Tea' }
const GOODS = ['明前龙井', '白毫银针', '祁门红茶']

const emulator = createEmulator({ accounts: [{ ...DEMO_ACCOUNT, name: NAME }] })
let server: Server
let browser: Browser
let placed = 0

beforeAll(async () => {
  server = await serveEmulator(emulator)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await emulator.stop()
  emulator.close()
})

/** A merchant's program orders something; the code that its buyer scans. */
async function place(): Promise<string> {
  placed += 1
  const fields = order({
    out_trade_no: `20260301100000abcdefghijklmn${placed}`,
    detail: JSON.stringify({ goods_detail: GOODS.map((goods_name) => ({ goods_name })) }),
    // Nobody listens at this address, so the notification finds no one.
    notify_url: 'http://127.0.0.1:9/',
  })
  const body = writeXml({ ...fields, sign: sign(fields, DEMO_ACCOUNT.apiKey, 'MD5') })
  const answer = await fetch(`${server.url}/pay/unifiedorder`, { method: 'POST', body })
  return /<code_url><!\[CDATA\[(.*)\]\]>/.exec(await answer.text())?.[1] ?? ''
}

test.each([
  [1280, 720, 'zh', 'light'],
  [1366, 768, 'en', 'dark'],
  [390, 844, 'zh', 'dark'],
  [390, 844, 'en', 'light'],
  [844, 390, 'zh', 'dark'],
  [320, 480, 'en', 'light'],
] as const)(
  'at %i×%i in %s, %s: the button is in view, the facts scroll, six digits pay',
  async (width, height, locale, colorScheme) => {
    const context = await browser.newContext({ locale, colorScheme, viewport: { width, height } })
    const page = await context.newPage()
    await page.goto(`${server.url}/phone?${new URLSearchParams({ code_url: await place() })}`)
    for (const tapped of ['', 'not_enough', 'not_enough']) {
      if (tapped !== '') await page.locator(`button[value=${tapped}]`).click()
      await see(page.locator('.password > summary')).toBeInViewport({ ratio: 1 })
      await see(page.locator('.scroll')).toContainText(NAME[locale])
      await see(page.locator('.scroll')).toContainText(`${GOODS[0]} ${locale === 'zh' ? '等3种' : 'and 2 more'}`)
      await page.locator('.facts > div').last().scrollIntoViewIfNeeded()
      await see(page.locator('.facts > div').last()).toBeInViewport()
      await see(page.locator('.password > summary')).toBeInViewport({ ratio: 1 })
      expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0)
    }
    await expectAccessible(page)
    await page.locator('.password > summary').click()
    await see(page.locator('.digits')).toBeFocused()
    await see(page.locator('.pad button').last()).toBeInViewport({ ratio: 1 })
    await expectAccessible(page)
    for (const key of ['1', '9', '', '2', '3', '4', '5']) await page.locator(`.pad button[value="${key}"]`).click()
    await see(page.locator('.sign.good')).toHaveCount(0)
    await page.keyboard.type('0')
    await see(page.locator('.leave')).toBeInViewport({ ratio: 1 })
    await see(page.locator('.sign.good')).toBeVisible()
    await expectAccessible(page)
    await context.close()
  },
)

test('without scripts and without a mouse six digits are asked for, and pay', async () => {
  const context = await browser.newContext({ locale: 'en', javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/phone?${new URLSearchParams({ code_url: await place() })}`)
  await page.locator('.password > summary').press('Enter')
  await see(page.locator('.pad')).toBeHidden()
  await page.locator('.digits').fill('12345')
  await page.locator('button.pay').press('Enter')
  await see(page.locator('.sign.good')).toHaveCount(0)
  await page.locator('.digits').press('End')
  await page.keyboard.type('6')
  await page.keyboard.press('Enter')
  await see(page.locator('.sign.good')).toBeVisible()
  await context.close()
})

test.each([
  [1280, 720, 'zh'],
  [390, 844, 'en'],
  [320, 480, 'zh'],
] as const)('at %i×%i in %s a refund that arrived is a message of its own', async (width, height, locale) => {
  const context = await browser.newContext({ locale, viewport: { width, height } })
  const page = await context.newPage()
  await page.goto(`${server.url}/phone?${new URLSearchParams({ code_url: await place() })}`)
  await typePassword(page)
  const headers = { 'content-type': 'application/json' }
  const control = async (path: string, body: object) =>
    (await fetch(`${server.url}/_control/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const out_trade_no = `20260301100000abcdefghijklmn${placed}`
  const { out_refund_no } = await control('console-refund', { out_trade_no, refund_fee: 1234 })
  await control('refund', { out_refund_no, outcome: 'success' })

  await page.goto(`${server.url}/phone`)
  const message = page.locator('.service').first()
  await message.scrollIntoViewIfNeeded()
  await see(message).toContainText('12.34')
  await see(message).toContainText(NAME[locale])
  await expectAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
  await context.close()
})
