import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { AnswerTooLarge, openHttp } from '@/lib/wechat/http'

/** A server on this machine for one test; gives its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  onTestFinished(() => server.closeAllConnections())
  return listen(server)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** A server below HTTP: it sees each request's body with the number of its connection, and how many came on that. */
async function serveRaw(
  onRequest: (socket: Socket, request: { body: string; connection: number; count: number }) => void,
): Promise<string> {
  let connections = 0
  const server = createTcpServer((socket) => {
    connections += 1
    const connection = connections
    let count = 0
    socket.setEncoding('utf8').on('error', () => {})
    socket.on('data', (text: string) => {
      count += 1
      onRequest(socket, { body: text.slice(text.indexOf('\r\n\r\n') + 4), connection, count })
    })
    onTestFinished(() => void socket.destroy())
  })
  return listen(server)
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK'

const post = (url: string, init: RequestInit = {}) =>
  openHttp()(new Request(url, { method: 'POST', body: '茶', ...init }))

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

test('a compressed answer is not unpacked, and none is asked for', async () => {
  const packed = gzipSync('<xml></xml>')
  const url = await serve((request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'x-asked': request.headers['accept-encoding'] ?? 'nothing' })
    response.end(packed)
  })
  const response = await post(url)
  expect(Buffer.from(await response.arrayBuffer())).toEqual(packed)
})

test.each([204, 304, 502])('HTTP %s without a body is an answer', async (status) => {
  const url = await serve((_, response) => response.writeHead(status).end())
  expect((await post(url)).status).toBe(status)
})

test.each([
  ['announced', (response: ServerResponse) => response],
  ['unannounced', (response: ServerResponse) => response.writeHead(200, { 'transfer-encoding': 'chunked' })],
])('an answer of 64 KiB, %s, is taken whole, and one byte more is too much', async (_, begin) => {
  const url = await serve((request, response) => begin(response).end('x'.repeat(Number(request.url?.slice(1)))))
  expect((await (await post(`${url}/65536`)).arrayBuffer()).byteLength).toBe(64 * 1024)
  await expect(post(`${url}/65537`)).rejects.toThrow(AnswerTooLarge)
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
  await expect(post(url)).rejects.toThrow(AnswerTooLarge)
  expect(sent).toBeLessThan(8 * 1024 * 1024)
})

test('an answer that is cut is a failure', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('<xml>', () => response.destroy())
  })
  await expect(post(url)).rejects.toThrow()
})

test('an aborted request ends, also in the middle of its answer', async () => {
  const abort = new AbortController()
  const url = await serve((_, response) => response.write('<xml>', () => abort.abort(new Error('enough'))))
  await expect(post(url, { signal: abort.signal })).rejects.toThrow()
})

test('a connection that was closed while idle costs nothing: the identical call goes out again over a new one', async () => {
  const seen: string[] = []
  const url = await serveRaw((socket, { body, connection, count }) => {
    seen.push(`${connection}.${count} ${body}`)
    if (count === 1) socket.write(OK)
    else socket.destroy()
  })
  const http = openHttp()
  const call = async (body: string) => {
    const answer = await (await http(new Request(url, { method: 'POST', body }))).text()
    // A connection is free for the next call a turn after its answer.
    await nextTurn()
    return answer
  }
  expect([await call('first'), await call('second'), await call('third')]).toEqual(['OK', 'OK', 'OK'])
  // The repeated call leaves no connection behind, so the third begins one.
  expect(seen).toEqual(['1.1 first', '1.2 second', '2.1 second', '3.1 third'])
})

test('a call is repeated once and no more', async () => {
  let count = 0
  const url = await serveRaw((socket) => {
    count += 1
    socket.destroy()
  })
  await expect(post(url)).rejects.toThrow()
  expect(count).toBe(2)
})

test.each([
  ['one byte of its status line', 'H'],
  ['its headers', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'],
])('an answer that breaks off after %s is not asked for again', async (_, part) => {
  let count = 0
  const url = await serveRaw((socket) => {
    count += 1
    socket.end(part)
  })
  await expect(post(url)).rejects.toThrow()
  expect(count).toBe(1)
})

test('a call that was given up is not repeated', async () => {
  let count = 0
  const abort = new AbortController()
  const url = await serveRaw((socket) => {
    count += 1
    abort.abort(new Error('too late'))
    socket.destroy()
  })
  await expect(post(url, { signal: abort.signal })).rejects.toThrow('too late')
  expect(count).toBe(1)
})

test('the second try ends with the signal of the first', async () => {
  let count = 0
  const abort = new AbortController()
  const url = await serveRaw((socket) => {
    count += 1
    if (count === 1) socket.destroy()
    else abort.abort(new Error('too late'))
  })
  await expect(post(url, { signal: abort.signal })).rejects.toThrow('too late')
  expect(count).toBe(2)
})

test('nobody there is a failure', async () => {
  await expect(post('http://127.0.0.1:1')).rejects.toThrow()
})
