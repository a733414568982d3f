import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { AnswerTooLarge, openHttp, readAnswer } from '@/lib/wechat/http'

/** A server on this machine for one test; gives its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

const post = (url: string, init: RequestInit = {}) =>
  openHttp()(new Request(url, { method: 'POST', body: '茶', ...init }))

/** The body of an answer as calls read it. */
const bodyOf = async (answer: Promise<Response>) => readAnswer((await answer).body)

test('a request arrives as it was made, and the answer comes back', async () => {
  const url = await serve((request, response) => {
    request.setEncoding('utf8')
    request.on('data', (body) =>
      response.end(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`),
    )
  })
  const response = await post(`${url}/pay/orderquery`, { headers: { 'content-type': 'text/xml; charset=utf-8' } })
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('POST /pay/orderquery text/xml; charset=utf-8 茶')
})

test('a redirect is an answer, not a way', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  expect((await post(`${url}/here`)).status).toBe(307)
  expect(paths).toEqual(['/here'])
})

test('the headers of an answer come along, with both values of one that comes twice', async () => {
  const url = await serve((_, response) => {
    response.setHeader('wechatpay-serial', 'S1')
    response.setHeader('x-twice', ['a', 'b'])
    response.end()
  })
  const { headers } = await post(url)
  expect([headers.get('wechatpay-serial'), headers.get('x-twice')]).toEqual(['S1', 'a, b'])
})

test('what is only read has no body', async () => {
  const url = await serve((request, response) => {
    response.end(`${request.method} ${request.headers['content-length']} ${request.headers['transfer-encoding']}`)
  })
  const response = await openHttp()(new Request(url))
  expect(await response.text()).toBe('GET undefined undefined')
})

test('a compressed answer is not unpacked, and none is asked for', async () => {
  const packed = gzipSync('<xml></xml>')
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'x-asked': request.headers['accept-encoding'] ?? 'nothing' })
    response.end(packed)
  })
  const response = await post(url)
  expect(Buffer.from(await response.arrayBuffer())).toEqual(packed)
})

test.each([204, 205, 304, 502])('HTTP %s without a body is an answer', async (status) => {
  const url = await serve((_, response) => response.writeHead(status).end())
  expect((await post(url)).status).toBe(status)
})

test.each([
  ['announced', (response: ServerResponse) => response],
  ['unannounced', (response: ServerResponse) => response.writeHead(200, { 'transfer-encoding': 'chunked' })],
])('an answer of 64 KiB, %s, is taken whole, and one byte more is too much', async (_, begin) => {
  const url = await serve((request, response) => begin(response).end('x'.repeat(Number(request.url?.slice(1)))))
  expect((await bodyOf(post(`${url}/65536`))).byteLength).toBe(64 * 1024)
  await expect(bodyOf(post(`${url}/65537`))).rejects.toThrow(AnswerTooLarge)
})

test('an endless answer is cut off soon after 64 KiB', async () => {
  let sent = 0
  const url = await serve((_, response) => {
    const write = () => {
      sent += 1024
      if (!response.destroyed) response.write('x'.repeat(1024), () => setImmediate(write))
    }
    write()
  })
  await expect(bodyOf(post(url))).rejects.toThrow(AnswerTooLarge)
  expect(sent).toBeLessThan(8 * 1024 * 1024)
})

test('an answer that is cut is a failure', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('<xml>', () => response.destroy())
  })
  await expect(bodyOf(post(url))).rejects.toThrow()
})

test('an aborted request ends, also in the middle of its answer', async () => {
  const abort = new AbortController()
  const url = await serve((_, response) => response.write('<xml>', () => abort.abort(new Error('enough'))))
  await expect(bodyOf(post(url, { signal: abort.signal }))).rejects.toThrow()
})

test('nobody there is a failure', async () => {
  await expect(post('http://127.0.0.1:1')).rejects.toThrow()
})
