import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { freePort } from './shop-process'

/** How a proxy passes a kind of answers on: in small pieces, or not before they are complete. */
type Pace = 'trickle' | 'hold'

const PIECE_BYTES = 200
const PIECE_MS = 20

/** A proxy in front of the shop that is slow for answers of one content type, as real ones are now and then. */
export async function openProxy(target: string, type: string, pace: Pace) {
  const server = createServer((incoming, outgoing) => forward(incoming, outgoing, target, type, pace))
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: string, type: string, pace: Pace): void {
  const headers = { ...incoming.headers, 'accept-encoding': 'identity' }
  const asked = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers }, (answer) => {
    const isSlow = answer.headers['content-type']?.includes(type) ?? false
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    pass(answer, outgoing, isSlow ? pace : null).catch(() => outgoing.destroy())
  })
  asked.on('error', () => outgoing.destroy())
  outgoing.on('close', () => asked.destroy())
  incoming.pipe(asked)
}

async function pass(answer: IncomingMessage, outgoing: ServerResponse, pace: Pace | null): Promise<void> {
  const held: Buffer[] = []
  for await (const chunk of answer) {
    if (pace === 'hold') held.push(chunk)
    else if (pace === null) outgoing.write(chunk)
    else await trickle(chunk, outgoing)
  }
  outgoing.end(Buffer.concat(held))
}

async function trickle(chunk: Buffer, outgoing: ServerResponse): Promise<void> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
    outgoing.write(chunk.subarray(at, at + PIECE_BYTES))
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS))
  }
}
