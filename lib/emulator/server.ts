import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Emulator, NoAnswer } from './emulator'

/** A request that is still not complete after this many milliseconds is given up. */
const REQUEST_MS = 10_000

export type Server = { url: string; stop: () => Promise<void> }

/** Serves an emulator over HTTP. Rejects if it cannot listen there; port 0 stands for a free one. */
export async function serveEmulator(emulator: Emulator, { host = '127.0.0.1', port = 0 } = {}): Promise<Server> {
  const server = createAdaptorServer({
    fetch: async (request, { incoming, outgoing }) => {
      try {
        // An unknown address is nobody's own machine.
        const response = await emulator.fetch(request, { remoteAddress: incoming.socket.remoteAddress ?? 'unknown' })
        // Otherwise a client that never lets its connection rest would keep a stopping server for ever.
        if (!server.listening) outgoing.setHeader('connection', 'close')
        return response
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        incoming.socket.destroy()
        return new Response(null)
      }
    },
    serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,

    /** Takes no more requests, and waits for those that are being answered. */
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      await closed
    },
  }
}
