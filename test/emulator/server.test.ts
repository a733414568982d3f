import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
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
