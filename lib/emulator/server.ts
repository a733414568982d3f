import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { openListener } from '@/lib/net/listener'
import type { Authority } from './authority'
import { NoAnswer } from './emulator'
import { openProxy } from './proxy'
import type { Emulator, Place, Server } from './public'

export type { Server } from './public'

/** More than any test opens; whoever is on this machine may have all of them. */
const CONNECTIONS_MAX = 1_024
/** As long as most servers leave a connection alone; WeChat Pay's own are not known. */
const KEEP_ALIVE_MS = 60_000
/** What is being answered when the emulator stops has this long. */
const ANSWERS_MS_MAX = 9_000

/** `authority`: with one it is also a proxy that answers in WeChat Pay's place. */
type ServedPlace = Place & { authority?: Authority | null; handshakeMsMax?: number }

/** Serves an emulator over HTTP. Rejects if it cannot listen there; port 0 stands for a free one. */
export async function serveEmulator(
  emulator: Pick<Emulator, 'fetch'>,
  { host = '127.0.0.1', port = 0, authority = null, handshakeMsMax }: ServedPlace = {},
): Promise<Server> {
  let url = ''
  const proxy = authority && openProxy(authority, () => url, handshakeMsMax)
  const answer = getRequestListener(
    async (request, { incoming: { socket } }) => {
      // An unknown address is nobody's own machine.
      const remoteAddress = socket.remoteAddress ?? 'unknown'
      try {
        const led = proxy?.lead(request, socket) ?? null
        if (led === null) return await emulator.fetch(request, { remoteAddress })
        if (led === 'nobody') return new Response(null, { status: 404 })
        return await emulator.fetch(led.request, { remoteAddress, clientCertificate: led.clientCertificate })
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        socket.destroy()
        return new Response(null)
      }
    },
    { overrideGlobalObjects: false },
  )
  const { server, stop } = openListener({
    connectionsMax: CONNECTIONS_MAX,
    perAddressMax: CONNECTIONS_MAX,
    isShared: () => false,
    keepAliveMs: KEEP_ALIVE_MS,
    hasUpgrades: false,
    ...(proxy !== null && { tunnel: proxy.tunnel }),
    answer,
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  return {
    url,
    /** Takes no more requests, and waits for those that are being answered, as long as they may take. */
    stop: () => stop(ANSWERS_MS_MAX),
  }
}
