import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { serveEmulator } from '@/lib/emulator/server'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'

async function open(port = 0) {
  const slept: number[] = []
  const emulator = createEmulator({ accounts: [DEMO_ACCOUNT], sleep: async (ms) => void slept.push(ms) })
  const server = await serveEmulator(emulator, { port })
  onTestFinished(async () => {
    await server.stop()
    emulator.close()
  })
  const call = () => fetch(`${server.url}/pay/unifiedorder`, { method: 'POST', body: '<xml><appid>wx</appid></xml>' })
  const setFaults = (faults: object) => {
    const headers = { 'content-type': 'application/json' }
    return fetch(`${server.url}/_control/faults`, { method: 'PUT', headers, body: JSON.stringify(faults) })
  }
  return { server, call, setFaults, slept }
}

test('over the wire a refusal carries its explanation', async () => {
  const { call } = await open()
  const answer = await call()
  expect(JSON.parse(answer.headers.get('x-emulator-explain') ?? '')).toEqual({
    problem: 'missing',
    field: 'mch_id',
    rule: 'mch_id has to be there',
  })
  expect(answer.headers.get('content-type')).toBe('text/plain')
})

test('a dropped request and a dropped answer are a broken connection, and the next call is answered', async () => {
  const { call, setFaults, slept } = await open()
  await setFaults({ dropRequests: 1, dropAnswersAfterCommit: 1, latencyMs: { value: 90, count: 1 } })
  await expect(call()).rejects.toThrow('fetch failed')
  await expect(call()).rejects.toThrow('fetch failed')
  expect((await call()).status).toBe(200)
  expect(slept).toEqual([90])
})

test('an address that is taken is said to be', async () => {
  const { server } = await open()
  const emulator = createEmulator()
  await expect(serveEmulator(emulator, { port: Number(new URL(server.url).port) })).rejects.toThrow('EADDRINUSE')
  emulator.close()
})

test('while it stops, a client is told not to use its connection again, however busy that is', async () => {
  const emulator = createEmulator()
  onTestFinished(emulator.close)
  let hear = () => {}
  const heard = new Promise<void>((resolve) => {
    hear = resolve
  })
  const fetch: typeof emulator.fetch = (request, info) => {
    hear()
    return emulator.fetch(request, info)
  }
  const server = await serveEmulator({ ...emulator, fetch })
  const headers = { 'content-type': 'application/json', 'content-length': 2, connection: 'keep-alive' }
  const request = send(`${server.url}/_control/reset`, { method: 'POST', headers })
  request.write('{')
  await heard
  const stopped = server.stop()
  request.end('}')
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect([response.statusCode, response.headers.connection]).toEqual([200, 'close'])
  response.resume()
  await stopped
})

test('whoever wants to leave HTTP is refused, and keeps no stopping emulator', async () => {
  const { server } = await open()
  const { port } = new URL(server.url)
  const heard: string[] = []
  for (const head of [
    'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket',
    'CONNECT shop.test:443 HTTP/1.1',
  ]) {
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
    socket.write(`${head}\r\nHost: emulator.test\r\n\r\n`)
    socket.on('data', (text) => heard.push(String(text).slice(0, 12)))
    await once(socket, 'close')
  }
  expect(heard).toEqual(['HTTP/1.1 400', 'HTTP/1.1 405'])
})

test('a connection on which nothing was ever said does not hold up the end', { timeout: 6_000 }, async () => {
  const emulator = createEmulator()
  onTestFinished(emulator.close)
  const server = await serveEmulator(emulator)
  const silent = connect(Number(new URL(server.url).port), '127.0.0.1').resume()
  silent.on('error', () => {})
  await once(silent, 'connect')
  await Promise.all([server.stop(), once(silent, 'close')])
})

test('many calls in one write are answered one after the other, as far as a client may run ahead', async () => {
  const { server } = await open()
  const { port } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
  let text = ''
  socket.on('data', (data) => {
    text += data
  })
  socket.write('GET /_control/faults HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(500))
  await once(socket, 'close')
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(9)
})
