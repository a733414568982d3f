import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { keptRuntime } from '@/lib/runtime'
import { startOrExit } from '@/lib/server/start'
import { openWorld, type World } from '../world'

const { legacyP12 } = JSON.parse(readFileSync(new URL('../wechat/certificates.json', import.meta.url), 'utf8'))
const DAY_MS = 24 * 60 * 60_000
const END = Date.parse('2119-12-31T00:00:00Z')

let world: World
afterEach(() => world.close())

const health = async () => {
  const response = await world.fetch('/api/health')
  const { status, problems } = (await response.json()) as { status: string; problems?: string[] }
  return [response.status, { status, ...(problems && { problems }) }]
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

/** A shop with WeChat's own file, which is read once. */
async function openCertified(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const file = join(folder, 'apiclient_cert.p12')
  writeFileSync(file, Buffer.from(legacyP12, 'base64'))
  const opened = await openWorld({ WXPAY_API_BASE: 'https://wechat.invalid', WXPAY_CERT_FILE: file })
  rmSync(folder, { recursive: true })
  return opened
}

/** What the shop says when it starts. */
async function welcome(): Promise<string> {
  const own = keptRuntime()
  own.hasOwnServer = true
  let lines: string[] = []
  own.onStarted = (started) => {
    lines = started.welcome
  }
  await startOrExit({})
  await own.drain?.()
  delete own.onStarted
  return lines.join('\n')
}

test('the start warns of a certificate in its last month', async () => {
  world = await openCertified()
  expect(await welcome()).not.toContain('WXPAY_CERT_FILE')
  world.sleep(END - 10 * DAY_MS - world.now())
  expect(await welcome()).toContain('Warning     WXPAY_CERT_FILE expires on 2119-12-31, and refunds end with it')
})

test('a certificate switches refunds on until it expires, which health says a month before', async () => {
  world = await openCertified()
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe(null)
  expect(await health()).toEqual([200, { status: 'ok' }])

  world.sleep(END - 30 * DAY_MS - world.now())
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe(null)
  expect(await health()).toEqual([200, { status: 'degraded', problems: ['certificate_ends_soon'] }])

  world.sleep(30 * DAY_MS)
  expect(world.shop.gateway.whyNoRefunds('v2')).toBe('certificate_expired')
  expect(await health()).toEqual([200, { status: 'degraded', problems: ['certificate_expired'] }])
})
