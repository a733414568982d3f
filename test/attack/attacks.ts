import type { Socket } from 'node:net'
import { type Counts, count, keepOpen } from './sockets'

/**
 * Where an attack goes; its order is one that anybody could have made, and its message one of WeChat's that somebody has
 * seen, in the log for example.
 */
export type Target = { port: number; orderId: string; token: string; message: string }

export type Attack = {
  /** What is tried, for the table. */
  what: string
  /** Goes on until the signal ends it. */
  run: (target: Target, options: { counts: Counts; signal: AbortSignal; connections: number }) => void
}

const NOTIFY = '/api/wechat/notify'
const SCRIPT = '/api/docs/swagger-ui-bundle.js'

/** Pages and route handlers that anybody may ask for. */
export const PATHS = [
  '/',
  '/products/longjing',
  '/cart',
  '/api/health',
  '/api/openapi.json',
  '/api/docs',
  '/api/products',
]

function get(path: string, headers: string[] = [], method = 'GET'): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: shop.test', ...headers, '', ''].join('\r\n')
}

function post(path: string, body: string): string {
  return `${get(path, ['Content-Type: text/xml', `Content-Length: ${Buffer.byteLength(body)}`], 'POST')}${body}`
}

let forged = 0
/** News that looks like WeChat's and is signed by nobody; never the same twice. */
function forgery(): string {
  forged += 1
  const fields = {
    appid: 'wxd930ea5d5a258f4f',
    mch_id: '1900000109',
    nonce_str: `${forged}`.padStart(32, '0'),
    out_trade_no: `20260301100105${forged}`.padEnd(30, '0'),
    result_code: 'SUCCESS',
    return_code: 'SUCCESS',
    sign: 'C380BEC2BFD727A4B6845133519F3AD6',
    total_fee: '6800',
    transaction_id: `4200002026${forged}`.padEnd(28, '0'),
  }
  const lines = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
  return `<xml>${lines.join('\n')}</xml>`
}

/** Nearly as large as is read at all, and slow to be taken apart. */
function heavyForgery(): string {
  forged += 1
  const fields = Array.from({ length: 2_500 }, (_, at) => `<f${at}>&#x4e2d;</f${at}>`)
  return `<xml><n>${forged}</n>${fields.join('')}</xml>`
}

/** Sends the same bytes again after every answer. */
function again(bytes: () => string, counts: Counts) {
  const send = (socket: Socket) => {
    count(counts, 'sent')
    socket.write(bytes())
  }
  return [send, send] as const
}

/** Writes many requests at once, and again when all are answered. */
function pipelined(bytes: string, requests: number, counts: Counts) {
  const left = new WeakMap<Socket, number>()
  const send = (socket: Socket) => {
    left.set(socket, requests)
    count(counts, 'sent', requests)
    socket.write(bytes.repeat(requests))
  }
  const hear = (socket: Socket) => {
    const now = (left.get(socket) ?? 0) - 1
    left.set(socket, now)
    if (now === 0) send(socket)
  }
  return [send, hear] as const
}

export const ATTACKS: Record<string, Attack> = {
  pages: {
    what: 'GET / a thousand times in one write, on five connections',
    run: (target, options) => {
      keepOpen(5, { ...target, ...options }, ...pipelined(get('/'), 1_000, options.counts))
    },
  },
  script: {
    what: "the API viewer's script forty times in one write, on five connections",
    run: (target, options) => {
      keepOpen(5, { ...target, ...options }, ...pipelined(get(SCRIPT), 40, options.counts))
    },
  },
  readers: {
    what: "the API viewer's script, and nobody reads it",
    run: (target, options) => {
      keepOpen(options.connections, { ...target, ...options }, (socket) => {
        socket.write(get(SCRIPT).repeat(4))
        socket.pause()
        count(options.counts, 'sent', 4)
      })
    },
  },
  idle: {
    what: 'connections that say nothing, half a head, or half a body',
    run: (target, options) => {
      const begins = ['', 'POST /', `${get(NOTIFY, ['Content-Length: 60000'], 'POST')}<xml>`]
      keepOpen(options.connections, { ...target, ...options }, (socket) => {
        const text = begins[(options.counts.get('connections') ?? 0) % begins.length] ?? ''
        if (text !== '') socket.write(text)
      })
    },
  },
  streams: {
    what: 'HEAD and GET of one order’s events',
    run: (target, options) => {
      const headers = [`Authorization: Bearer ${target.token}`]
      const path = `/api/orders/${target.orderId}/events`
      keepOpen(options.connections, { ...target, ...options }, (socket) => {
        const method = (options.counts.get('connections') ?? 0) % 2 === 0 ? 'HEAD' : 'GET'
        count(options.counts, 'sent')
        socket.write(get(path, headers, method))
      })
    },
  },
  upgrades: {
    what: 'Upgrade: websocket, h2c and CONNECT',
    run: (target, options) => {
      const upgrade = (protocol: string) => get('/', [`Upgrade: ${protocol}`, 'Connection: Upgrade'])
      const begins = [upgrade('websocket'), upgrade('h2c'), get('shop.test:443', [], 'CONNECT')]
      keepOpen(options.connections, { ...target, ...options }, (socket) => {
        count(options.counts, 'sent')
        socket.write(begins[(options.counts.get('connections') ?? 0) % begins.length] ?? '')
      })
    },
  },
  requests: {
    what: 'pages, health, contract and API, as fast as they are answered',
    run: (target, options) => {
      let n = 0
      const next = () => get(PATHS[n++ % PATHS.length] ?? '/')
      keepOpen(options.connections, { ...target, ...options }, ...again(next, options.counts))
    },
  },
  cookies: {
    what: 'the API with 1,500 cookies, as fast as it is answered',
    run: (target, options) => {
      const cookies = Array.from({ length: 1_500 }, (_, n) => `c${n}=1`).join('; ')
      const next = () => get('/api/products', [`Cookie: ${cookies}`])
      keepOpen(options.connections, { ...target, ...options }, ...again(next, options.counts))
    },
  },
  flood: {
    what: 'forged notifications',
    run: (target, options) => {
      const next = () => post(NOTIFY, forgery())
      keepOpen(options.connections, { ...target, ...options }, ...again(next, options.counts))
    },
  },
  repeats: {
    what: 'one of WeChat’s own messages again and again, each time with other white space',
    run: (target, options) => {
      let n = 0
      // A count in two kinds of white space, so that no two are the same.
      const next = () => {
        n += 1
        const space = n.toString(2).replaceAll('0', ' ').replaceAll('1', '\n')
        return post(NOTIFY, target.message.replace('<xml>', `<xml>${space}`))
      }
      keepOpen(options.connections, { ...target, ...options }, ...again(next, options.counts))
    },
  },
  heavy: {
    what: 'forged notifications of 60 KB that are slow to read',
    run: (target, options) => {
      const next = () => post(NOTIFY, heavyForgery())
      keepOpen(options.connections, { ...target, ...options }, ...again(next, options.counts))
    },
  },
}
