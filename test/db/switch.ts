import { connect, createServer, type Socket } from 'node:net'

/** An address that leads to one of several ports; when it is led to another, everybody is cut off from the one before. */
export async function openSwitch() {
  let ports: number[] = []
  let turns = 0
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    turns += 1
    const inTurn = ports.map((_, n) => ports[(n + turns) % ports.length] ?? 0)
    keep(sockets, client)
    join(client, inTurn)
  })

  /** Whoever is not there is passed over. */
  function join(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined || client.destroyed) return void client.destroy()
    const upstream = connect(port, '127.0.0.1')
    keep(sockets, upstream)
    const pass = () => join(client, others)
    upstream.once('close', pass)
    upstream.once('connect', () => {
      upstream.off('close', pass)
      upstream.once('close', () => client.destroy())
      client.once('close', () => upstream.destroy())
      client.pipe(upstream).pipe(client)
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    /** From now on it leads to these in turn, and to the next one when one does not answer. */
    lead: (...to: number[]) => {
      ports = to
      cutAll()
    },
    close: async () => {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
}
