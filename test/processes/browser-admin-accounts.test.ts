import { readdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, type Page, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { cookieName } from '@/lib/web/cookie'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'

const OLGA = { email: 'olga@shop.example', password: 'a password for tests' }
const DESKTOP = { locale: 'en-GB', viewport: { width: 1280, height: 800 } }
const PHONE = { locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

const folder = dataFolder()
let shop: ShopProcess
let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
  const admin = { ADMIN_EMAIL: OLGA.email, ADMIN_PASSWORD: OLGA.password }
  shop = await startShop(folder.path, await freePort(), { ...admin, RATE_LIMITS: 'on' })
})
afterAll(async () => {
  await browser?.close()
  await shop?.end('SIGKILL')
  folder.remove()
})

async function visit(options: BrowserContextOptions): Promise<Page> {
  return (await browser.newContext({ baseURL: shop.url, ...options })).newPage()
}

async function signIn(page: Page, { email, password }: typeof OLGA): Promise<void> {
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=password]').fill(password)
  await page.locator('form[action="/api/admin/login"] button').click()
}

async function expectGood(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [page.url(), id, nodes[0]?.html])).toEqual([])
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([page.url(), overhang]).toEqual([page.url(), 0])
}

test('every page for admins asks who is there', async () => {
  const files = readdirSync('app/admin', { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('page.tsx'))
  const paths = files.map((file) => `/admin/${file.replace(/\/?page\.tsx$/, '').replace(/\[\w+\]/g, '1')}`)
  expect(paths.length).toBeGreaterThan(5)
  for (const path of paths.filter((it) => it !== '/admin/login')) {
    for (const cookie of ['', `${cookieName('session', new URL(shop.url))}=made.up`]) {
      const page = await fetch(shop.url + path.replace(/\/$/, ''), { redirect: 'manual', headers: { cookie } })
      expect([path, page.status, page.headers.get('location')?.split('?')[0]]).toEqual([path, 307, '/admin/login'])
    }
  }
})

test('an operator adds a viewer, who looks, may not act, and changes the password; all of it is on the record', async () => {
  const desk = await visit(DESKTOP)
  await desk.goto('/admin/team')
  await signIn(desk, OLGA)
  await desk.waitForURL('**/admin/team')
  await see(desk.getByRole('link', { name: en.admin.team })).toHaveAttribute('aria-current', 'page')
  await desk.getByLabel(en.team.email).fill('vera@shop.example')
  await desk.getByRole('button', { name: en.team.submit, exact: true }).click()
  const vera = { email: 'vera@shop.example', password: (await desk.locator('.select-all').textContent()) ?? '' }
  expect(desk.url()).not.toContain(vera.password)
  await expectGood(desk)
  await desk.reload()
  await see(desk.locator('.select-all')).toHaveCount(0)

  const phone = await visit(PHONE)
  await phone.goto('/admin/team')
  await signIn(phone, vera)
  await phone.waitForURL('**/admin/team')
  await see(phone.getByText(zh.team.viewerNote)).toBeVisible()
  await see(phone.locator('form[action^="/api/admin/team"]')).toHaveCount(0)
  await expectGood(phone)
  await phone.goto('/admin/account')
  await expectGood(phone)
  await phone.getByLabel(zh.account.current).fill(vera.password)
  await phone.getByLabel(zh.account.new).fill('another long password')
  await phone.getByRole('button', { name: zh.account.submit }).click()
  await see(phone.getByRole('status')).toHaveText(zh.account.done.password_changed)

  const act = en.team.actionFor.replace('{action}', en.team.makeOperator).replace('{email}', vera.email)
  await desk.reload()
  await desk.getByRole('button', { name: act }).click()
  await see(desk.getByRole('status')).toHaveText(en.team.done.admin_changed)
  await phone.goto('/admin/team')
  await see(phone.locator('form[action="/api/admin/team"]')).toHaveCount(1)

  await phone.goto('/admin/audit?email=vera@shop.example')
  await see(phone.locator('tbody tr')).toHaveCount(2)
  await see(phone.locator('tbody tr').first()).toContainText(zh.audit.actions.password_changed)
  await expectGood(phone)
  await desk.goto('/admin/audit?action=admin_changed')
  await see(desk.locator('tbody tr')).toContainText(vera.email)
  await expectGood(desk)
})

test('one sees where they are signed in, ends that, and signs out; who is locked out is told for how long', async () => {
  const [here, there] = [await visit(DESKTOP), await visit(DESKTOP)]
  for (const page of [here, there]) {
    await page.goto('/admin/account')
    await signIn(page, OLGA)
    await page.waitForURL('**/admin/account')
  }
  await here.reload()
  await expectGood(here)
  await here.getByRole('button', { name: en.account.endOthers }).click()
  await see(here.getByRole('status')).toHaveText(en.account.done.sessions_ended)
  await see(here.getByText(en.account.onlyThis)).toBeVisible()
  await there.reload()
  await there.waitForURL('**/admin/login?page=account')

  await here.getByLabel(OLGA.email).click()
  await here.getByRole('button', { name: en.admin.logout }).first().click()
  await here.waitForURL('**/admin/login')
  for (let n = 0; n < 6; n += 1) await signIn(here, { ...OLGA, password: 'a wrong password' })
  await see(here.getByRole('status')).toContainText('15 minutes')
  await expectGood(here)
})
