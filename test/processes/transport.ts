import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Verdict } from '@/lib/shop/notification'

/** What is written to a connection, what has to be answered, and what has to be in the log of each body. */
export type Exchange = {
  name: string
  /** Written one after the other. */
  parts: (string | Uint8Array)[]
  /** Whether the sender goes away without listening. */
  leaves?: boolean
  /** Of each answer, in order. */
  statuses: number[]
  bodies: [body: Uint8Array, verdict: Verdict][]
}

const PATH = '/api/wechat/notify'

type Head = { method?: string; path?: string; version?: string; host?: string; keeps?: boolean; headers?: string[] }

/** The head of a request, and an empty line after it. */
function head({
  method = 'POST',
  path = PATH,
  version = '1.1',
  host = 'shop.test',
  keeps,
  headers = [],
}: Head): string {
  const lines = [`${method} ${path} HTTP/${version}`, `Host: ${host}`, ...headers]
  if (!keeps) lines.push('Connection: close')
  return `${lines.join('\r\n')}\r\n\r\n`
}

const length = (body: string | Uint8Array) => `Content-Length: ${Buffer.byteLength(body)}`
const chunk = (part: string | Uint8Array, extension = '') =>
  Buffer.concat([Buffer.from(`${part.length.toString(16)}${extension}\r\n`), Buffer.from(part), Buffer.from('\r\n')])
const chunked = (body: Uint8Array, bytes: number, extension = '', trailer = '') =>
  Buffer.concat([
    ...Array.from({ length: Math.ceil(body.length / bytes) }, (_, at) =>
      chunk(body.subarray(at * bytes, (at + 1) * bytes), extension),
    ),
    Buffer.from(`0\r\n${trailer}\r\n`),
  ])

/** Writes an exchange to the server, and gives the status of each answer. */
export function exchange(port: number, { parts, leaves = false }: Exchange): Promise<number[]> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const statuses = () => [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.setEncoding('latin1').on('data', (data) => {
      answer += data
    })
    // A server that refuses a body closes while it is still being sent; what it said before counts.
    socket.on('error', () => {})
    socket.on('close', () => resolve(statuses()))
    socket.setTimeout(10_000, () => {
      socket.destroy()
      reject(new Error(`still open after: ${answer.slice(0, 200)}`))
    })
    for (const part of parts) socket.write(part)
    if (leaves) socket.end(() => socket.destroy())
  })
}

/** Ways to bring a message to the route. `notification` is a genuine message that is known already, another one each time. */
export function exchanges(notification: () => Buffer): Exchange[] {
  const known = (name: string, write: (body: Buffer) => Exchange['parts'], statuses = [200]): Exchange => {
    const body = notification()
    return { name, parts: write(body), statuses, bodies: [[body, 'already']] }
  }
  const plain = (name: string, given: Head, statuses = [200]) =>
    known(name, (body) => [head({ ...given, headers: [length(body), ...(given.headers ?? [])] }), body], statuses)
  const header = (line: string) => plain(`a header ${line.slice(0, 60)}`, { headers: [line] })
  const refused = (
    name: string,
    status: number,
    given: Head,
    body: string | Uint8Array = notification(),
  ): Exchange => ({
    name,
    parts: [head(given), body],
    statuses: [status],
    bodies: [],
  })
  const broken = (name: string, body: Uint8Array, headers: string[] = []): Exchange => ({
    name,
    parts: [head({ headers: [length(body), ...headers] }), body],
    statuses: [200],
    bodies: [[body, 'malformed']],
  })
  const [first, second, cut] = [notification(), notification(), notification()]
  const full = Buffer.alloc(64 * 1024, 'x')
  const more = Buffer.alloc(64 * 1024 + 1, 'x')
  const withLength = (value: string) => ({ headers: [`Content-Length: ${value}`] })

  return [
    // Types and headers say nothing about a body
    plain('no content type', {}),
    ...['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'image/png'].map(
      (type) => header(`Content-Type: ${type}`),
    ),
    header('Content-Type: text/xml; charset=gbk'),
    header(`Content-Type: text/xml; ${'x'.repeat(4_000)}`),
    header('Content-Encoding: gzip'),
    header('Accept-Encoding: br;q=0'),
    header('X-Remote-Address: 203.0.113.1'),
    header('X-Forwarded-For: 203.0.113.1'),
    header('X-HTTP-Method-Override: DELETE'),
    header('Cookie: orders=secret-of-a-cookie'),
    header('Authorization: Bearer secret-of-a-bearer'),
    header('Origin: https://evil.example'),
    header('Range: bytes=0-10'),
    header('If-None-Match: *'),
    header('Upgrade: h2c'),
    header('RSC: 1'),
    header('Next-Router-State-Tree: x'),
    header('X-Middleware-Subrequest: middleware:middleware:middleware:middleware:middleware'),
    header('X-Invoke-Path: /admin'),
    header('Next-Action: 7f0000000000000000000000000000000000000000'),
    plain('another host', { host: 'evil.example' }),
    plain('HTTP/1.0', { version: '1.0' }),
    plain('a query', { path: `${PATH}?verdict=applied&xml=1` }),
    plain('a promise to wait', { headers: ['Expect: 100-continue'] }, [100, 200]),

    // Lengths and pieces
    known('a body byte by byte', (body) => [
      head({ headers: [length(body)] }),
      ...[...body].map((it) => Buffer.of(it)),
    ]),
    known('one chunk', (body) => [head({ headers: ['Transfer-Encoding: chunked'] }), chunked(body, 1e6)]),
    known('chunks of one byte', (body) => [head({ headers: ['Transfer-Encoding: chunked'] }), chunked(body, 1)]),
    known('chunks with extensions and a trailer', (body) => [
      head({ headers: ['Transfer-Encoding: chunked', 'Trailer: x'] }),
      chunked(body, 100, ';a=b', 'x: y\r\n'),
    ]),
    {
      name: 'two messages on one connection, the second before the first is answered',
      parts: [head({ keeps: true, headers: [length(first)] }), first, head({ headers: [length(second)] }), second],
      statuses: [200, 200],
      bodies: [
        [first, 'already'],
        [second, 'already'],
      ],
    },
    {
      name: 'a length that is too small',
      parts: [head({ keeps: true, headers: [`Content-Length: ${cut.length - 40}`] }), cut],
      // What comes after it is no request: the connection ends at once, and the answer with it.
      statuses: [400],
      bodies: [[cut.subarray(0, -40), 'malformed']],
    },
    { ...refused('a length that is too big', 0, withLength('5000')), leaves: true, statuses: [] },
    {
      ...refused('chunks without an end', 0, { headers: ['Transfer-Encoding: chunked'] }, chunk('<xml>')),
      leaves: true,
      statuses: [],
    },
    broken('a request in a message', Buffer.concat([Buffer.from(head({ headers: [length(first)] })), notification()])),
    { name: 'no body', parts: [head({})], statuses: [200], bodies: [[Buffer.alloc(0), 'malformed']] },
    broken('an empty body', Buffer.alloc(0)),
    broken('64 KiB', full),
    refused('64 KiB and a byte', 413, { headers: [length(more)] }, more),
    refused('64 KiB and a byte in chunks', 413, { headers: ['Transfer-Encoding: chunked'] }, chunked(more, 1_000)),
    refused(
      'two megabytes in chunks',
      413,
      { headers: ['Transfer-Encoding: chunked'] },
      chunked(Buffer.alloc(2e6), 1e5),
    ),
    refused('ten megabytes that are only announced', 413, withLength('10000000'), ''),
    refused('a length beyond numbers', 400, withLength('9'.repeat(30)), ''),
    refused('a negative length', 400, withLength('-1')),
    refused('a length with a sign', 400, withLength('+5')),
    refused('a hexadecimal length', 400, withLength('0x10')),
    refused('two lengths', 400, { headers: ['Content-Length: 5', 'Content-Length: 6'] }),
    refused('a length and chunks', 400, { headers: ['Content-Length: 5', 'Transfer-Encoding: chunked'] }),
    refused('a chunk without a number', 400, { headers: ['Transfer-Encoding: chunked'] }, 'x\r\n<xml>\r\n0\r\n\r\n'),

    // Compressed
    broken('gzip', gzipSync(notification()), ['Content-Encoding: gzip']),
    broken('deflate', deflateSync(notification()), ['Content-Encoding: deflate']),
    broken('brotli', brotliCompressSync(notification()), ['Content-Encoding: br']),
    broken('ten megabytes in ten kilobytes', gzipSync(Buffer.alloc(1e7)), ['Content-Encoding: gzip']),

    // Methods and addresses
    ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'].map((method) =>
      refused(method, 405, { method, headers: ['Content-Length: 5'] }, '<xml>'),
    ),
    refused('HEAD', 405, { method: 'HEAD' }, ''),
    refused('a method that nobody knows', 400, { method: 'PAY' }, ''),
    refused('a method in small letters', 400, { method: 'post' }, ''),
    refused('an address in capitals', 405, { path: '/API/WECHAT/NOTIFY', headers: ['Content-Length: 5'] }, '<xml>'),
    refused('an address below', 404, { path: `${PATH}/x`, headers: ['Content-Length: 5'] }, '<xml>'),
    refused('an address with a wrong escape', 404, { path: `${PATH}/%ff%`, headers: ['Content-Length: 5'] }, '<xml>'),

    // Next.js sends this on, and nothing comes in with it.
    refused('a slash at the end', 308, { path: `${PATH}/`, headers: ['Content-Length: 5'] }, '<xml>'),
    refused('two slashes', 405, { path: `/${PATH}`, headers: ['Content-Length: 5'] }, '<xml>'),
    refused('a whole address', 404, { path: `http://evil.example${PATH}`, headers: ['Content-Length: 5'] }, '<xml>'),

    // Not HTTP
    refused('a header without a colon', 400, { headers: ['Content-Length'] }, ''),
    refused('a header with NUL', 400, { headers: ['X: a\0b'] }, ''),
    refused('17 KiB of headers', 431, { headers: [`X: ${'x'.repeat(17 * 1024)}`] }, ''),
    { name: 'no request at all', parts: [gzipSync(notification())], statuses: [400], bodies: [] },
    { name: 'a greeting of TLS', parts: [Buffer.from('16030100c8010000c40303', 'hex')], statuses: [400], bodies: [] },
  ]
}
