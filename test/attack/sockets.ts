import { connect, type Socket } from 'node:net'

/** What became of an attack: how many of each thing, such as `sent`, `503` or `closed`. */
export type Counts = Map<string, number>

export function count(counts: Counts, what: string, more = 1): void {
  counts.set(what, (counts.get(what) ?? 0) + more)
}

/** A connection to the shop that counts the answers it gets; `onAnswer` hears of each, `onEnd` of its end. */
function open(port: number, counts: Counts, on: { answer?: (socket: Socket) => void; end?: () => void } = {}): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  // A status line may be cut in two between two pieces of data.
  let tail = ''
  socket.setEncoding('latin1').on('data', (data) => {
    const text = tail + data
    let last = 0
    for (const { 1: status = '', index } of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
      count(counts, status)
      last = index + 13
      on.answer?.(socket)
    }
    tail = text.slice(Math.max(last, text.length - 12))
  })
  socket.on('error', () => count(counts, 'broken off'))
  socket.on('close', () => {
    count(counts, 'closed')
    on.end?.()
  })
  count(counts, 'connections')
  return socket
}

/** Keeps so many connections open: where one ends, the next begins a moment later. */
export function keepOpen(
  amount: number,
  { port, counts, signal }: { port: number; counts: Counts; signal: AbortSignal },
  begin: (socket: Socket) => void,
  answer: (socket: Socket) => void = () => {},
): void {
  const sockets = new Set<Socket>()
  const openOne = () => {
    if (signal.aborted) return
    const socket = open(port, counts, {
      answer,
      end: () => {
        sockets.delete(socket)
        setTimeout(openOne, PAUSE_MS)
      },
    })
    sockets.add(socket)
    socket.once('connect', () => begin(socket))
  }
  for (let n = 0; n < amount; n += 1) openOne()
  signal.addEventListener('abort', () => {
    for (const socket of sockets) socket.destroy()
  })
}

/** An attacker who is sent away does not come back in the same instant, or all he would do is to open connections. */
const PAUSE_MS = 20
