import { connect, createServer, type Socket } from 'node:net'

/** A wire between a program and its server that can be cut at a message, before it arrives or before its answer does. */
export async function openCuttingProxy(port: number) {
  let cut: { at: string; when: 'before' | 'after' } | null = null
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (bytes) => {
      const isHere = cut !== null && bytes.includes(cut.at)
      const when = isHere ? cut?.when : null
      if (isHere) cut = null
      // After it, the server does it, and nobody hears of it.
      if (when === 'after') upstream.once('data', () => client.destroy())
      if (when === 'before') client.destroy()
      else upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!client.destroyed) client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    /** Cuts the connection at the next message that has this text in it. */
    cutAt: (at: string, when: 'before' | 'after') => {
      cut = { at, when }
    },
    /** Cuts all that is connected now. */
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
