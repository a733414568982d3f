import { connect, createServer, type Socket } from 'node:net'

/** What happens to a message of the program that has a text in it. */
type Fate = 'lost' | 'answer lost' | 'answered with a warning'

/** As PostgreSQL says it when it stops waiting for its standby: a notice, of which only the code is the same everywhere. */
const WARNING = notice({ S: 'WARNING', C: '01000', M: 'canceling wait for synchronous replication' })

/** A wire between a program and its server of PostgreSQL, on which things go wrong when they are told to. */
export async function openCuttingProxy(port: number) {
  const decided: { text: string; fate: Fate; skip: number }[] = []
  let [isRefusing, isSilent] = [false, false]
  const sockets = new Set<Socket>()

  const fateOf = (bytes: Buffer): Fate | null => {
    const found = decided.find(({ text }) => bytes.includes(text))
    if (found === undefined) return null
    found.skip -= 1
    if (found.skip >= 0) return null
    decided.splice(decided.indexOf(found), 1)
    return found.fate
  }

  const server = createServer((client) => {
    if (isRefusing) return void client.destroy()
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
    let fate: Fate | null = null
    client.on('data', (bytes) => {
      if (isSilent) return
      fate = fateOf(bytes)
      if (fate === 'lost') return void client.destroy()
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (client.destroyed || isSilent) return
      // The server has done it, and nobody hears of it.
      if (fate === 'answer lost') return void client.destroy()
      if (fate === 'answered with a warning') client.write(WARNING)
      fate = null
      client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    /** Decides what becomes of the next message that has this text in it, or of one after it. */
    decide: (text: string, fate: Fate, skip = 0) => {
      decided.push({ text, fate, skip })
    },
    /** Whether what was decided has yet to happen. */
    isWaiting: () => decided.length > 0,
    /** Cuts all that is connected now. */
    cutAll,
    /** Nobody gets through any more, or everybody does again. */
    refuse: (isNow: boolean) => {
      isRefusing = isNow
      if (isNow) cutAll()
    },
    /** Nothing comes through in either direction, as from a machine without power; or all of it does again. */
    silence: (isNow: boolean) => {
      isSilent = isNow
    },
    close: async () => {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function notice(fields: Record<string, string>): Buffer {
  const body = Buffer.from(
    `${Object.entries(fields)
      .map(([name, value]) => `${name}${value}\0`)
      .join('')}\0`,
  )
  const head = Buffer.alloc(5)
  head.write('N')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
