import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type ListenerOptions, openListener } from '@/lib/net/listener'

const ANYBODY = {
  connectionsMax: 100,
  perAddressMax: 100,
  isShared: () => false,
  keepAliveMs: 60_000,
  hasUpgrades: false,
}

/** A server that answers when it is told to, and who connects to it. */
async function open(options: Partial<ListenerOptions> = {}) {
  const asked: { path: string; answer: () => void; request: IncomingMessage }[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    asked.push({ path: request.url ?? '', answer: () => response.end(request.url), request })
  }
  const listener = openListener({ ...ANYBODY, answer, ...options })
  listener.server.listen(0, '127.0.0.1')
  await once(listener.server, 'listening')
  const { port } = listener.server.address() as AddressInfo
  const sockets: Socket[] = []
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await listener.stop(0)
  })

  async function visit(text = '') {
    const socket = connect({ port, host: '127.0.0.1' })
    sockets.push(socket)
    let heard = ''
    socket.setEncoding('utf8').on('data', (data) => {
      heard += data
    })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const closed = once(socket, 'close')
    socket.write(text)
    return {
      socket,
      closed,
      heard: () => heard,
      statuses: () => [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map((it) => it[1]),
    }
  }
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { listener, asked, visit, until }
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n${headers}\r\n`

test('requests of one connection are answered one after the other', async () => {
  const { asked, visit, until } = await open()
  const client = await visit(get('/1') + get('/2') + get('/3'))
  await until(() => asked.length === 1)
  asked[0]?.answer()
  await until(() => asked.length === 2)
  expect(asked.map(({ path }) => path)).toEqual(['/1', '/2'])
  asked[1]?.answer()
  await until(() => asked.length === 3)
  asked[2]?.answer()
  await until(() => client.heard().endsWith('/3'))
})

test('of a thousand requests in one write nine are answered, then the connection ends', async () => {
  const { asked, visit, until } = await open()
  const client = await visit(Array.from({ length: 1_000 }, (_, at) => get(`/${at}`)).join(''))
  for (let n = 0; n < 9; n += 1) {
    await until(() => asked.length === n + 1)
    asked[n]?.answer()
  }
  await client.closed
  expect(client.statuses()).toEqual(Array(9).fill('200'))
  expect(client.heard()).toMatch(/Connection: close\r\n.*\/8$/s)
  expect(asked).toHaveLength(9)
})

test('whoever wants to leave HTTP gets an answer and no connection', async () => {
  const { visit } = await open()
  for (const protocol of ['websocket', 'h2c', 'something/9']) {
    const client = await visit(get('/', `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`))
    await client.closed
    expect(client.statuses()).toEqual(['400'])
  }
  const proxied = await visit('CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test\r\n\r\n')
  await proxied.closed
  expect(proxied.statuses()).toEqual(['405'])
})

test('whoever names two hosts is answered by none of them', async () => {
  const { visit, asked } = await open()
  const client = await visit(get('/', 'hOST: evil.example\r\n'))
  await client.closed
  expect([client.statuses(), asked]).toEqual([['400'], []])
})

test('as many cookies as browsers keep for a host are taken, and no more', async () => {
  const { visit, asked, until } = await open()
  const cookies = (count: number) => Array.from({ length: count }, (_, n) => `c${n}=1`).join('; ')
  const client = await visit(get('/', `Cookie: ${cookies(180)}\r\n`))
  await until(() => asked.length === 1)
  asked[0]?.answer()
  await until(() => client.statuses().length === 1)
  // Also when they come in several headers.
  for (const headers of [`Cookie: ${cookies(181)}\r\n`, `Cookie: ${cookies(91)}\r\n`.repeat(2)]) {
    const greedy = await visit(get('/', headers))
    await greedy.closed
    expect(greedy.statuses()).toEqual(['431'])
  }
  expect([client.statuses(), asked.length]).toEqual([['200'], 1])
})

test('an address that has all its connections loses the one that rests longest, not the newest', async () => {
  const { asked, visit, until } = await open({ perAddressMax: 3 })
  const [first, second, third] = [await visit(), await visit(get('/busy')), await visit('POST / HTTP')]
  await until(() => asked.length === 1)
  const fourth = await visit(get('/new'))
  await first.closed
  await until(() => asked.length === 2)
  const fifth = await visit(get('/newer'))
  await third.closed
  await until(() => asked.length === 3)
  for (const { answer } of asked) answer()
  await until(() => [second, fourth, fifth].every((it) => it.statuses().length === 1))
})

test('where everybody waits for an answer, somebody new is not let in', async () => {
  const { asked, visit, until } = await open({ connectionsMax: 2 })
  const waiting = [await visit(get('/1')), await visit(get('/2'))]
  await until(() => asked.length === 2)
  const late = await visit(get('/3'))
  await late.closed
  for (const { answer } of asked) answer()
  await until(() => waiting.every((it) => it.statuses().length === 1))
  expect(late.statuses()).toEqual([])
})

test('half a body, or an answer that nobody reads, holds no place', async () => {
  const { asked, visit, until } = await open({ perAddressMax: 1 })
  const sender = await visit('POST /slow HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 10\r\n\r\nhalf')
  await until(() => asked.length === 1)
  const reader = await visit(get('/read'))
  await sender.closed
  await until(() => asked.length === 2)
  asked[1]?.answer()
  await until(() => reader.statuses().length === 1)
  const last = await visit(get('/last'))
  await reader.closed
  await until(() => asked.length === 3)
  asked[2]?.answer()
  await until(() => last.statuses().length === 1)
})

test('the connections of a proxy are bounded only all together', async () => {
  const { asked, visit, until } = await open({ perAddressMax: 1, isShared: (address) => address === '127.0.0.1' })
  const clients = await Promise.all(['/1', '/2', '/3'].map((path) => visit(get(path))))
  await until(() => asked.length === 3)
  for (const { answer } of asked) answer()
  await until(() => clients.every((it) => it.statuses().length === 1))
})

test('stopping answers what was sent, tells its clients not to come again, and lets nobody new in', async () => {
  const { listener, asked, visit, until } = await open()
  const [busy, resting] = [await visit(get('/1')), await visit(get('/2'))]
  await until(() => asked.length === 2)
  asked[1]?.answer()
  await until(() => resting.statuses().length === 1)
  const ahead = await visit(get('/3') + get('/4'))
  const stopped = listener.stop(60_000)
  await until(() => asked.length === 3)
  await resting.closed
  await expect(visit()).rejects.toThrow('ECONNREFUSED')
  asked[0]?.answer()
  asked[2]?.answer()
  await until(() => asked.length === 4)
  asked[3]?.answer()
  await Promise.all([busy.closed, ahead.closed, stopped])
  expect(busy.heard()).toContain('Connection: close')
  expect(ahead.statuses()).toEqual(['200', '200'])
})

test('before it stops, new connections are still answered, each for the last time', async () => {
  const { listener, asked, visit, until } = await open()
  const resting = await visit(get('/1'))
  await until(() => asked.length === 1)
  asked[0]?.answer()
  await until(() => resting.statuses().length === 1)
  listener.endAfterAnswers()
  const fresh = await visit(get('/2'))
  resting.socket.write(get('/3'))
  await until(() => asked.length === 3)
  asked[1]?.answer()
  asked[2]?.answer()
  await Promise.all([fresh.closed, resting.closed])
  expect([fresh.heard(), resting.heard()].map((it) => it.includes('Connection: close'))).toEqual([true, true])
})

test('stopping ends in time, whatever the clients do', async () => {
  const { listener, asked, visit, until } = await open({ hasUpgrades: true })
  const waiting = [
    await visit(get('/never')),
    await visit('GET / HT'),
    await visit(get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')),
  ]
  await until(() => asked.length === 1)
  await listener.stop(1)
  await Promise.all(waiting.map((it) => it.closed))
})

test('an answer that fails ends its connection, and the server goes on', async () => {
  const { visit } = await open({
    answer: async (request, response) => {
      if (request.url === '/bad') throw new Error('a mistake')
      response.end('good')
    },
  })
  const bad = await visit(get('/bad'))
  await bad.closed
  expect(bad.heard()).toBe('')
  const good = await visit(get('/good', 'Connection: close\r\n'))
  await good.closed
  expect(good.statuses()).toEqual(['200'])
})

test('neither a request that never arrives whole nor an answer that nobody takes holds a connection for ever', async () => {
  const { listener } = await open()
  const { requestTimeout, headersTimeout, timeout } = listener.server
  expect({ requestTimeout, headersTimeout, timeout }).toEqual({
    requestTimeout: 20_000,
    headersTimeout: 10_000,
    timeout: 60_000,
  })
})
