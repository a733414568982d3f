import './built'
import { writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, expect, test } from 'vitest'
import { dataFolder, freePort, type ShopProcess, startShop, until } from './shop-process'

const folder = dataFolder()
const running: ShopProcess[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.end('SIGKILL')))
})
afterAll(() => folder.remove())

/** A shop with a mistake in it that a signal brings out. */
async function faultyShop(): Promise<ShopProcess> {
  const file = `${folder.path}/mistake.cjs`
  const key = '192006250b4c09247ec02edce69f6a2d'
  writeFileSync(file, `process.on('SIGUSR2', () => { throw new Error('a mistake, ${key}\\n' + 'x'.repeat(1e6)) })`)
  const started = await startShop(folder.path, await freePort(), { NODE_OPTIONS: `--require ${file}` })
  running.push(started)
  return started
}

test('an error that nobody caught ends the shop with a failure and one bounded line without secrets', async () => {
  const shop = await faultyShop()
  process.kill(shop.pid ?? 0, 'SIGUSR2')
  const code = await until(
    async () => shop.exitCode(),
    (it) => it !== null,
  )
  expect(code).toBe(1)
  const lines = shop.output().split('\n')
  const about = lines.filter((line) => line.includes('a mistake'))
  expect(about).toEqual([
    expect.stringMatching(/^Nobody caught an error, and the shop ends: Error: a mistake, \*\*\* x+…$/),
  ])
  expect(about[0]?.length).toBeLessThan(2_200)
})

const HEAD = ' HTTP/1.1\r\nHost: shop.test\r\n'
const NOTIFY = `POST /api/wechat/notify${HEAD}Content-Length: 60000\r\n\r\n<xml>`
const FORM = `POST /api/orders${HEAD}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\nitems=`
const upgrade = (protocol: string) => `GET /${HEAD}Upgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\nmore bytes`

/** What clients begin and break off. */
const BEGINNINGS: Record<string, string> = {
  'nothing at all': '',
  'half a head': 'GET / HT',
  'no HTTP': '\0\x16\x03\x01\0',
  'half a notification': NOTIFY,
  'half a form': FORM,
  'a chunk that is none': `POST /api/wechat/notify${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'half a chunk': `POST /api/wechat/notify${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n<xml>`,
  'a page': `GET /${HEAD}\r\n`,
  'ten pages at once': `GET /${HEAD}\r\n`.repeat(10),
  'a large file': `GET /api/docs/swagger-ui-bundle.js${HEAD}\r\n`.repeat(4),
  'a compressed page': `GET /${HEAD}Accept-Encoding: gzip\r\n\r\n`,
  'data of the router': `GET /${HEAD}RSC: 1\r\n\r\n`,
  'a picture in another size': `GET /_next/image?url=%2Fgoods%2Flongjing.svg&w=640&q=75${HEAD}\r\n`,
  'a request for more': `POST /api/wechat/notify${HEAD}Expect: 100-continue\r\nContent-Length: 60000\r\n\r\n`,
  'a web socket': upgrade('websocket'),
  'another protocol': upgrade('h2c'),
  'a tunnel': `CONNECT shop.test:443${HEAD}\r\nmore bytes`,
  'bytes after an answer': `GET /api/health${HEAD}Connection: close\r\n\r\n${'x'.repeat(9_000)}`,
}

/** Ways to leave, each at several moments. */
const LEAVINGS: Record<string, (socket: Socket) => void> = {
  ends: (socket) => void socket.end(),
  destroys: (socket) => void socket.destroy(),
  resets: (socket) => void socket.resetAndDestroy(),
}
const MOMENTS_MS = [0, 1, 5, 30, 150]

async function breakOff(port: number, text: string, leave: (socket: Socket) => void, ms: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(text, 'latin1')
  await new Promise((resolve) => setTimeout(resolve, ms))
  leave(socket)
  socket.destroySoon()
  await closed
}

test('no client can make an error that nobody catches, whenever and however it leaves', async () => {
  const port = await freePort()
  const shop = await startShop(folder.path, port, { NODE_OPTIONS: '' })
  running.push(shop)
  for (const text of Object.values(BEGINNINGS)) {
    const tries = Object.values(LEAVINGS).flatMap((leave) => MOMENTS_MS.map((ms) => breakOff(port, text, leave, ms)))
    await Promise.all(tries)
  }
  expect((await fetch(`${shop.url}/api/health`)).status).toBe(200)
  expect([shop.exitCode(), shop.output()]).toEqual([null, expect.not.stringMatching(/caught|unhandledRejection/)])
})

test('a shop whose output nobody reads goes on', async () => {
  const shop = await startShop(folder.path, await freePort(), { LOG_LEVEL: 'debug' })
  running.push(shop)
  shop.closeOutput()
  for (let n = 0; n < 20; n += 1) {
    await (await fetch(`${shop.url}/api/wechat/notify`, { method: 'POST', body: `<xml><n>${n}</n></xml>` })).text()
  }
  expect((await fetch(`${shop.url}/api/health`)).status).toBe(200)
  expect(await shop.end('SIGTERM')).toBe(0)
})
