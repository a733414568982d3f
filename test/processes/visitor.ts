import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, FrameLocator, Page } from '@playwright/test'
import { expect } from 'vitest'

export const DESKTOP = { locale: 'en-GB', viewport: { width: 1280, height: 800 } }
/** One of the two prefers dark pages, so every walk sees both. */
export const PHONE = {
  locale: 'zh-CN',
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  colorScheme: 'dark',
} as const

export async function expectAccessible(page: Page): Promise<void> {
  // Legacy is what needs no second page for the result: there are no frames of others here, and it takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  expect(violations.map(({ id, nodes }) => [page.url(), id, nodes[0]?.html])).toEqual([])
}

/** Nothing sticks out to the side, so that nobody has to push a page around on a phone. */
export async function expectFits(page: Page): Promise<void> {
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([page.url(), overhang]).toEqual([page.url(), 0])
}

export async function expectGood(page: Page): Promise<void> {
  await expectAccessible(page)
  await expectFits(page)
}

/** Puts a product into the cart from its own page, and goes to the cart. */
export async function addToCart(page: Page, slug: string): Promise<void> {
  await page.goto(`/products/${slug}`)
  await page.locator('main form[action="/api/cart"] button').first().click()
  await goToCart(page)
}

/** By the note that something is in the cart now. */
export async function goToCart(page: Page): Promise<void> {
  await page.locator('[role=status] a[href="/cart"]').click()
  await page.waitForURL('**/cart')
}

export async function checkOut(page: Page): Promise<void> {
  await addToCart(page, 'longjing')
  await page.locator('form[action="/api/orders"] button').click()
  await page.waitForURL('**/orders/*')
}

export async function tapPay(context: BrowserContext, page: Page): Promise<Page> {
  const [phone] = await Promise.all([context.waitForEvent('page'), page.locator('a[target=_blank]').first().click()])
  await typePassword(phone)
  return phone
}

/** Pays at a cashier by keyboard alone. With scripts the last digit pays, without them Enter does. */
export async function typePassword(page: Page, phone: Page | FrameLocator = page): Promise<void> {
  await phone.locator('.password > summary').click()
  await phone.locator('.digits').focus()
  await page.keyboard.type('123456')
  await page.keyboard.press('Enter')
  // The phone says so when the money is taken; the shop is told in the same moment.
  await phone.locator('.sign.good').waitFor()
}

export const ANDROID = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36'
export const IN_WECHAT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50'
