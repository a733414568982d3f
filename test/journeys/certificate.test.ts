import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openWorld, type World } from '../world'

const { legacyP12 } = JSON.parse(readFileSync(new URL('../wechat/certificates.json', import.meta.url), 'utf8'))
const DAY_MS = 24 * 60 * 60_000
const END = Date.parse('2119-12-31T00:00:00Z')

let world: World
afterEach(() => world.close())

const health = async () => {
  const response = await world.fetch('/api/health')
  return [response.status, await response.json()]
}

test('with an address that demands the certificate, refunds are off without it', async () => {
  world = await openWorld({ WXPAY_API_BASE: 'https://wechat.invalid' })
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe('no_certificate')
  expect(await health()).toEqual([200, { status: 'ok' }])
})

test('with the emulator on plain HTTP refunds need no certificate', async () => {
  world = await openWorld()
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe(null)
})

test('a certificate switches refunds on until it expires, which health says a month before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const file = join(folder, 'apiclient_cert.p12')
  writeFileSync(file, Buffer.from(legacyP12, 'base64'))
  world = await openWorld({ WXPAY_API_BASE: 'https://wechat.invalid', WXPAY_CERT_FILE: file })
  rmSync(folder, { recursive: true })
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe(null)
  expect(await health()).toEqual([200, { status: 'ok' }])

  world.sleep(END - 30 * DAY_MS - world.now())
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe(null)
  expect(await health()).toEqual([200, { status: 'degraded', problems: ['certificate_ends_soon'] }])

  world.sleep(30 * DAY_MS)
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe('certificate_expired')
  expect(await health()).toEqual([200, { status: 'degraded', problems: ['certificate_expired'] }])
})
