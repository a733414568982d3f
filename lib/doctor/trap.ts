import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Addresses on this machine that nobody has a reason to fetch. */
export type Trap = {
  set: () => string
  isFetched: (address: string) => boolean
  close: () => void
}

export async function openTrap(): Promise<Trap> {
  const fetched = new Set<string>()
  const server = createServer((request, response) => {
    fetched.add(request.url ?? '')
    response.end('caught')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    set: () => `http://127.0.0.1:${port}/${randomBytes(12).toString('hex')}`,
    isFetched: (address) => fetched.has(new URL(address).pathname),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
