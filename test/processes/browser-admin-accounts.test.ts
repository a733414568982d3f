import { readdirSync } from 'node:fs'
import { base32 } from '@better-auth/utils/base32'
import { createOTP } from '@better-auth/utils/otp'
import { type Browser, type BrowserContextOptions, type Page, expect as see } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { cookieName } from '@/lib/web/cookie'
import { openBrowser } from './browser'
import { dataFolder, freePort, type ShopProcess, startShop } from './shop-process'
import { DESKTOP, expectGood, PHONE } from './visitor'

const OLGA = { email: 'olga@shop.example', password: 'a password for tests' }

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
  // Shown for a minute in the session that had it made, and in no other one.
  const elsewhere = await visit(DESKTOP)
  await elsewhere.goto('/admin/team')
  await signIn(elsewhere, OLGA)
  await elsewhere.waitForURL('**/admin/team')
  await see(elsewhere.locator('.select-all')).toHaveCount(0)

  const phone = await visit(PHONE)
  await phone.goto('/admin/team')
  await signIn(phone, vera)
  await phone.waitForURL('**/admin/team')
  await see(phone.getByText(zh.team.viewerNote)).toBeVisible()
  await see(phone.locator('form[action^="/api/admin/team"]')).toHaveCount(0)
  await expectGood(phone)
  await phone.goto('/admin/account')
  await expectGood(phone)
  const form = phone.locator('form[action="/api/admin/account/password"]')
  await form.getByLabel(zh.account.current).fill(vera.password)
  await phone.getByLabel(zh.account.new).fill('another long password')
  await phone.getByRole('button', { name: zh.account.submit }).click()
  await see(phone.getByRole('status')).toHaveText(zh.account.done.password_changed)

  const act = en.team.actionFor.replace('{action}', en.team.makeOperator).replace('{email}', vera.email)
  await desk.reload()
  await desk.getByRole('button', { name: act }).click()
  await see(desk.getByRole('status').first()).toHaveText(en.team.done.admin_changed)
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
  await here.getByText(en.account.endOthers).click()
  await here.getByRole('button', { name: en.account.endOthersNow }).click()
  await see(here.getByRole('status')).toHaveText(en.account.done.sessions_ended)
  await see(here.getByText(en.account.onlyThis)).toBeVisible()
  await there.reload()
  await there.waitForURL('**/admin/login?page=account')

  await here.getByLabel(OLGA.email).click()
  await here.getByRole('button', { name: en.admin.logout }).first().click()
  await here.waitForURL('**/admin/login')
  // In a browser that is known, ten; the eleventh has to wait.
  for (let n = 0; n < 11; n += 1) {
    const answer = here.waitForResponse((it) => it.url().endsWith('/api/admin/login'))
    await signIn(here, { ...OLGA, password: 'a wrong password' })
    await answer
    await here.waitForLoadState()
  }
  await see(here.getByRole('status')).toContainText('15 minutes')
  await expectGood(here)
})

test.each([
  ['en', en, DESKTOP],
  ['zh', zh, PHONE],
] as const)('a second step is set up with an app and used to sign in, in %s', async (language, words, device) => {
  const own = { email: `second-${language}@shop.example`, password: '' }
  const desk = await visit(DESKTOP)
  await desk.goto('/admin/team')
  await signIn(desk, OLGA)
  await desk.waitForURL('**/admin/team')
  await desk.getByLabel(en.team.email).fill(own.email)
  await desk.getByRole('button', { name: en.team.submit, exact: true }).click()
  own.password = (await desk.locator('.select-all').textContent()) ?? ''

  const page = await visit(device)
  await page.goto('/admin/account')
  await signIn(page, own)
  await page.waitForURL('**/admin/account')
  const section = page.locator('section', { has: page.getByRole('heading', { name: words.account.second.title }) })
  await section.getByLabel(words.account.current).fill(own.password)
  await section.getByRole('button', { name: words.account.second.begin }).click()
  await see(page.getByAltText(words.account.second.qr)).toBeVisible()
  await expectGood(page)
  const key = ((await section.locator('code').textContent()) ?? '').replace(/\s/g, '')
  const app = createOTP(new TextDecoder().decode(base32.decode(key)))
  await section.getByLabel(words.account.second.code).fill(await app.totp())
  await section.getByRole('button', { name: words.account.second.confirm }).click()
  await see(page.getByRole('status').first()).toHaveText(words.account.done.second_factor_on)
  await expectGood(page)

  const recovery = section.getByLabel(words.account.current)
  await recovery.fill(own.password)
  await section.getByRole('button', { name: words.account.second.renew }).click()
  await see(section.getByText(words.account.second.newCodes)).toBeVisible()
  const code = (await section.locator('li').first().textContent()) ?? ''
  await expectGood(page)

  const other = await visit(device)
  await other.goto('/admin/team')
  await signIn(other, own)
  await see(other.getByRole('heading', { name: words.login.codeTitle })).toBeVisible()
  await expectGood(other)
  await other.getByLabel(words.login.code).fill('000000')
  await other.getByRole('button', { name: words.login.codeSubmit }).click()
  await see(other.getByRole('status')).toHaveText(words.problem.wrong_code)
  await other.getByLabel(words.login.code).fill(code)
  await other.getByRole('button', { name: words.login.codeSubmit }).click()
  await other.waitForURL('**/admin/team')

  await desk.reload()
  await see(desk.getByText(en.team.secondFactor, { exact: true }).first()).toBeVisible()
})
