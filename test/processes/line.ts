import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = { status: number; headers: IncomingMessage['headers']; text: string }
type Asked = { method?: string; headers?: Record<string, string>; body?: string }

/** One connection after the other to a server: as long as one is open, the same process answers. */
export type Line = {
  ask: (path: string, asked?: Asked) => Promise<Answer>
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>
  form: (path: string, fields: Record<string, string>, headers?: Record<string, string>) => Promise<Answer>
  close: () => void
}

export function openLine(url: string): Line {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request(new URL(path, url), { method, headers, agent }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(parts).toString(),
          }),
        )
        answer.once('error', reject)
      })
      asked.once('error', reject)
      asked.end(body)
    })
  const send = (path: string, type: string, body: string, headers: Record<string, string>) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)), ...headers },
      body,
    })
  return {
    ask,
    post: (path, body, headers = {}) => send(path, 'application/json', JSON.stringify(body), headers),
    form: (path, fields, headers = {}) =>
      send(path, 'application/x-www-form-urlencoded', String(new URLSearchParams(fields)), {
        'sec-fetch-site': 'same-origin',
        ...headers,
      }),
    close: () => agent.destroy(),
  }
}

/** Asks without a pause, on some connections, each time as another visitor; says how many were answered, and which not. */
export function beginLoad(url: string) {
  const [lines, failed] = [Array.from({ length: 4 }, () => openLine(url)), [] as string[]]
  let [answered, isEnded] = [0, false]
  const work = async (line: Line, n: number) => {
    for (let round = 0; !isEnded; round += 1) {
      const visitor = { 'x-forwarded-for': `198.51.${n}.${round % 256}` }
      const asking =
        round % 2 === 0
          ? line.ask('/api/products', { headers: visitor })
          : line.post('/api/wechat/notify', `no message ${round}`, visitor)
      const outcome = await asking.then(({ status }) => String(status)).catch((error: Error) => error.message)
      if (outcome === '200') answered += 1
      else failed.push(outcome)
    }
  }
  const working = Promise.all(lines.map(work))
  return {
    end: async () => {
      isEnded = true
      await working
      for (const line of lines) line.close()
      return { answered, failed }
    },
  }
}

const CHECK_EVERY_MS = 100

/** Passes requests on to whichever instance says that it is well, in turn, on connections of its own; it repeats none. */
export async function openBalancer(
  instances: string[],
): Promise<{ url: string; well: () => string[]; close: () => void }> {
  const agent = new Agent({ keepAlive: true })
  let well: string[] = []
  let [turn, asked] = [0, 0]
  const checking = setInterval(async () => {
    asked += 1
    // Its own limit is not what is tried here.
    const headers = { 'x-forwarded-for': `192.0.2.${asked % 250}` }
    const isWell = (it: string) =>
      fetch(`${it}/api/health`, { headers }).then(
        (answer) => answer.ok,
        () => false,
      )
    const found = await Promise.all(instances.map(isWell))
    well = instances.filter((_, n) => found[n])
  }, CHECK_EVERY_MS)
  const server: Server = createServer((incoming, outgoing) => {
    turn += 1
    const instance = well[turn % well.length]
    if (instance === undefined) return void outgoing.writeHead(503).end()
    const { method, headers, url = '/' } = incoming
    const passedOn = request(new URL(url, instance), {
      method,
      headers: { ...headers, connection: 'keep-alive' },
      agent,
    })
    passedOn.once('response', (answer) => {
      const { connection, ...others } = answer.headers
      outgoing.writeHead(answer.statusCode ?? 502, others)
      answer.pipe(outgoing)
    })
    passedOn.once('error', (error) => outgoing.destroy(error))
    incoming.pipe(passedOn)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    well: () => well,
    close: () => {
      clearInterval(checking)
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}
