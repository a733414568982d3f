import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import type { Authority } from './authority'
import type { Caller } from './public'

/** What of WeChat Pay's is answered, by the names that programs have written in their code. */
const ANSWERED: ReadonlyMap<string, RegExp> = new Map([
  ['api.mch.weixin.qq.com', /^\/(pay|secapi|v3|sandboxnew|xdc)\//],
  ['api2.mch.weixin.qq.com', /^\/(pay|secapi|v3|sandboxnew|xdc)\//],
  ['api.weixin.qq.com', /^\/sns\/oauth2\/access_token$/],
  ['open.weixin.qq.com', /^\/connect\/oauth2\/authorize$/],
  ['payapp.weixin.qq.com', /^\/cgi-bin\/mmpayweb-bin\/checkmweb$/],
  ['wx.tenpay.com', /^\/cgi-bin\/mmpayweb-bin\/checkmweb$/],
])
const HTTPS_PORT = '443'

/** A client that does not greet within this time is let go. */
const HANDSHAKE_MS_MAX = 10_000

/** How a request came that a program meant for WeChat Pay's own address. */
type Led = { request: Request } & Pick<Caller, 'clientCertificate'>

export type Proxy = {
  /**
   * The connection inside that of a client which asked for one of WeChat Pay's servers; null for any other. Rejects when
   * the client does not greet as TLS wants it.
   */
  tunnel: (request: IncomingMessage, socket: Socket, head: Buffer) => Promise<Socket | null>
  /**
   * A request as the emulator takes it, when it was meant for WeChat Pay: it came inside such a connection, or names the
   * whole address as some clients do instead (axios). Null when it was meant for the emulator itself.
   */
  lead: (request: Request, socket: Socket) => Led | 'nobody' | null
}

/**
 * Stands in for WeChat Pay before programs that call its real addresses: they are told to use this proxy and to trust the
 * authority's certificate, and reach the emulator instead. It leads nowhere else, so it is of no use to anybody else.
 *
 * @param address the emulator's own, by which browsers and phones find it
 */
export function openProxy(authority: Authority, address: () => string, handshakeMsMax = HANDSHAKE_MS_MAX): Proxy {
  let certified: Promise<SecureContext> | undefined
  /** Made for the first who comes, since keys take their time; who comes meanwhile waits for the same ones. */
  const certify = () => {
    certified ??= authority.certify([...ANSWERED.keys()]).then(createSecureContext)
    return certified
  }

  return {
    async tunnel(request, socket, head) {
      socket.on('error', () => {})
      if (!isAnswered(request.url ?? '')) return null
      const own = await certify()
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      if (head.length > 0) socket.unshift(head)
      return greet(socket, own, handshakeMsMax)
    },

    lead(request, socket) {
      const { hostname, pathname, search, protocol } = new URL(request.url)
      const isTunnelled = socket instanceof TLSSocket
      if (!isTunnelled && protocol !== 'https:') return null
      if (ANSWERED.get(hostname)?.test(pathname) !== true) return 'nobody'
      const headers = new Headers(request.headers)
      headers.set('host', new URL(address()).host)
      const { method, body } = request
      const how = { method, headers, body, ...(body !== null && { duplex: 'half' }) }
      const led = new Request(address() + pathname + search, how)
      return { request: led, clientCertificate: isTunnelled ? certificateOf(socket) : undefined }
    },
  }
}

/** Rejects when the client does not greet as TLS wants it, or not in time. */
function greet(socket: Socket, secureContext: SecureContext, msMax: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      // Who has a certificate shows it; whether it will do is the emulator's matter, as it is WeChat's.
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    })
    const leave = () => secure.destroy()
    // Time as a whole: a client that sends a byte now and then would never be idle.
    const timer = setTimeout(leave, msMax)
    // An HTTP server's connections stay half open when the other side has ended.
    secure.once('end', leave)
    secure.once('secure', () => {
      clearTimeout(timer)
      secure.off('end', leave)
      resolve(secure)
    })
    secure.once('error', reject)
    secure.once('close', () => {
      clearTimeout(timer)
      reject(new Error('gone before the greeting was over'))
    })
  })
}

/** @param target `host:port`, as CONNECT has it */
function isAnswered(target: string): boolean {
  const [host = '', port] = target.toLowerCase().split(':')
  return ANSWERED.has(host) && port === HTTPS_PORT
}

/** What the client showed of itself, DER; null when it showed nothing. */
function certificateOf(socket: TLSSocket): Uint8Array | null {
  // Without one it is an empty object, whatever the types say.
  return socket.getPeerCertificate().raw ?? null
}
