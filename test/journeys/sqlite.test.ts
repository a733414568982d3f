import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { openWorld, type World } from '../world'

/* What only a file can meet: another program that holds its write lock. */

let world: World
let other: Sqlite.Database
beforeEach(async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
  other = new Sqlite(`${world.folder}/shop.db`)
  other.exec('begin immediate')
})
afterEach(async () => {
  other.close()
  await world.close()
})

const ITEMS = { items: [{ productId: 'tea-longjing', quantity: 1 }] }

test('while another program holds the write lock, orders are refused with a code and WeChat is told to come again', async () => {
  const refused = await world.json('/api/orders', ITEMS)
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'store_unavailable'])
  expect(await world.notify('<xml/>')).toContain('FAIL')
  expect((await world.fetch('/api/products')).status).toBe(200)
  other.exec('rollback')
  expect((await world.json('/api/orders', ITEMS)).status).toBe(201)
})

test.each([
  ['en-GB', en],
  ['zh-CN', zh],
])('a shop that cannot write shows a form a page, in %s', async (language, words) => {
  const headers = { accept: 'text/html,*/*;q=0.8', 'accept-language': language }
  const shown = await world.form('/api/orders', { item: 'tea-qimen:1' }, headers)
  expect([shown.status, shown.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
  const page = await shown.text()
  expect(page).toContain(words.problem.store_unavailable)
  expect(page).toContain(words.problemPage.wait.replace('{seconds}', '5'))
})

test('a shop that cannot write tells a program the problem, and when to come again', async () => {
  const told = await world.form('/api/orders', { item: 'tea-qimen:1' }, { accept: '*/*' })
  expect([told.status, told.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
  expect(told.headers.get('retry-after')).toBe('5')
})
