import { afterAll, expect, test } from 'vitest'
import { dataFolder, freePort, type ShopProcess, startProcess } from './shop-process'

const folder = dataFolder()
const running: ShopProcess[] = []
afterAll(async () => {
  await Promise.all(running.map((it) => it.end('SIGKILL')))
  folder.remove()
})

let count = 0

/** Starts the built shop on files of its own; ready when it announces itself as `url`. */
async function startAs(url: string, variables: Record<string, string>): Promise<ShopProcess> {
  count += 1
  const files = {
    DATABASE_URL: `file:${folder.path}/${count}.db`,
    EMULATOR_DATABASE_URL: `file:${folder.path}/e${count}.db`,
  }
  const args = ['--import', 'tsx', 'lib/server/main.ts', 'start']
  const shop = await startProcess(args, url, { PAYMENTS: 'emulator', ...files, ...variables })
  running.push(shop)
  return shop
}

const securityOf = async (address: string) => (await fetch(address)).headers.get('strict-transport-security')

test('a shop on an IPv6 address announces one that answers; over http nothing speaks of https', async () => {
  const port = await freePort()
  const shop = await startAs(`http://[::1]:${port}`, { HOST: '::1', PORT: String(port) })
  expect((await fetch(`${shop.url}/api/health`)).status).toBe(200)
  expect(await securityOf(`${shop.url}/`)).toBeNull()
})

test('the same build behind https tells browsers to come back over https only', async () => {
  const port = await freePort()
  await startAs('https://shop.example.com', { PUBLIC_URL: 'https://shop.example.com', PORT: String(port) })
  for (const path of ['/', '/admin/login', '/api/products', '/brand/logo.svg', '/nothing', '/emulator/phone']) {
    expect([path, await securityOf(`http://127.0.0.1:${port}${path}`)]).toEqual([path, 'max-age=31536000'])
  }
})
