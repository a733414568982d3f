import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readEnvironment } from '@/lib/emulator/environment'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'

const ONE = { appid: 'wx0000000000000001', mch_id: '1900000001', api_key: 'a'.repeat(32) }
const TWO = { appid: 'wx0000000000000002', mch_id: '1900000002', api_key: 'b'.repeat(32), app_secret: 'c'.repeat(32) }

const REFUNDS = 'http://127.0.0.1:3000/refunds'

function fileOf(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'accounts.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function problemsOf(env: Record<string, string>): string {
  const read = readEnvironment(env)
  return read.ok ? '' : read.problems.join('\n')
}

test('without any variable the emulator is on this machine only, with the demo account', () => {
  expect(readEnvironment({ EMULATOR_PORT: '', PUBLIC_URL: '' })).toEqual({
    ok: true,
    value: {
      host: '127.0.0.1',
      port: 4000,
      databaseUrl: 'file:./data/emulator.db',
      accounts: [DEMO_ACCOUNT],
      seed: {},
      deliveryOrigins: [],
      hosts: [],
      isOpen: false,
    },
  })
})

test('a seed file names several accounts, in place of the one in the environment', () => {
  const read = readEnvironment({
    EMULATOR_ACCOUNTS: fileOf([
      ONE,
      TWO,
      { ...ONE, appid: 'wx3', refund_notify_url: REFUNDS, name: { zh: '茶', en: 'Tea' } },
    ]),
    WXPAY_MCHID: '19',
  })
  expect(read).toMatchObject({
    ok: true,
    value: {
      accounts: [
        { appid: ONE.appid, mchId: ONE.mch_id, apiKey: ONE.api_key },
        { appid: TWO.appid, mchId: TWO.mch_id, apiKey: TWO.api_key, appSecret: TWO.app_secret },
        { appid: 'wx3', mchId: ONE.mch_id, refundNotifyUrl: REFUNDS, name: { zh: '茶', en: 'Tea' } },
      ],
    },
  })
})

test.each<[unknown, string]>([
  ['{', 'is not JSON'],
  [{ accounts: [ONE] }, 'expected array'],
  [[], 'must name at least one account'],
  [[ONE, { ...TWO, api_key: 'secret-but-short' }], '1.api_key must have 32 characters'],
  [[{ ...ONE, apiKey: 'x' }], 'apiKey'],
  [[{ ...ONE, mch_id: 1900000001 }], '0.mch_id'],
  [[{ ...ONE, name: { zh: '茶' } }], '0.name must be a name'],
  [[{ ...ONE, refund_notify_url: 'ftp://x' }], '0.refund_notify_url must be an http or https address'],
  [[ONE, ONE], 'names an appid and mch_id twice'],
  [[ONE, { ...ONE, appid: 'wx3', api_key: 'b'.repeat(32) }], 'gives one mch_id two keys'],
])('the seed file %j is refused, and no key of it is said', (content, problem) => {
  const path = fileOf(content)
  const problems = problemsOf({ EMULATOR_ACCOUNTS: path })
  expect(problems).toContain(`EMULATOR_ACCOUNTS ${path}: `)
  expect(problems).toContain(problem)
  for (const key of [ONE.api_key, TWO.api_key, 'secret-but-short']) expect(problems).not.toContain(key)
})

test('names and notify origins are lists, and the shop is one of the origins', () => {
  const read = readEnvironment({
    PUBLIC_URL: 'http://shop.example/',
    EMULATOR_NOTIFY_ORIGINS: 'http://shop:3000, https://neighbour.example',
    EMULATOR_HOSTS: 'wechat, pay.example',
  })
  expect(read).toMatchObject({
    ok: true,
    value: {
      deliveryOrigins: ['http://shop.example', 'http://shop:3000', 'https://neighbour.example'],
      hosts: ['wechat', 'pay.example'],
    },
  })
  for (const origins of ['shop:3000', 'http://shop/notify', 'ftp://shop', 'http://a@shop', 'http://shop?']) {
    expect(problemsOf({ EMULATOR_NOTIFY_ORIGINS: origins })).toContain('EMULATOR_NOTIFY_ORIGINS must be http or https')
  }
  for (const hosts of ['wechat:4000', 'http://wechat', 'a b']) {
    expect(problemsOf({ EMULATOR_HOSTS: hosts })).toContain('EMULATOR_HOSTS must be names without ports')
  }
})

test('every wrong variable is named', () => {
  const problems = problemsOf({ EMULATOR_PORT: 'x', HOST: '0.0.0.0', EMULATOR_DATABASE_URL: 'ledger.db' })
  expect(problems).toContain('EMULATOR_PORT must be a port')
  expect(problems).toContain('EMULATOR_DATABASE_URL must be file:<path>')
  expect(problemsOf({ HOST: '0.0.0.0' })).toBe('HOST is reachable from outside, which needs EMULATOR_OPEN=1')
  expect(problemsOf({ EMULATOR_ACCOUNTS: '/nowhere/accounts.json' })).toContain('cannot be read')
})
