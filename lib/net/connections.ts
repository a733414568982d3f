import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { parseAddress, subscriberOf } from './address'

/** Requests that may be sent ahead of an answer on one connection; browsers send none, WeChat neither. */
const WAITING_MAX = 8

export type Exchange = { request: IncomingMessage; response: ServerResponse }

/** One connection: what is being answered, and what waits until that is. */
type Connection = {
  /** Whose it is: everybody behind a shared address together. */
  owner: string
  current: Exchange | null
  waiting: Exchange[]
  /** Nothing more is read of it. */
  isLast: boolean
  /** It has left HTTP, and nobody knows what it does. */
  isGone: boolean
}

export type ConnectionLimits = {
  /** Connections at the same time. */
  connectionsMax: number
  /** Of these, how many one address may have. Behind a shared one, such as a proxy's, are many people: it may have all. */
  perAddressMax: number
  isShared: (address: string) => boolean
}

/**
 * All connections of a server. Nobody can take what others need: where there is no room, whoever keeps the server waiting
 * longest makes place, and whoever sends requests without end is answered the first few.
 */
export function openConnections(limits: ConnectionLimits, answer: (exchange: Exchange) => void) {
  // Whoever was answered last stands last.
  const connections = new Map<Socket, Connection>()
  const owners = new Map<string, Set<Socket>>()
  let isStopping = false

  function forget(socket: Socket, { owner }: Connection): void {
    connections.delete(socket)
    const own = owners.get(owner)
    own?.delete(socket)
    if (own?.size === 0) owners.delete(owner)
  }

  function hasRoomFor(owner: string, ownMax: number): boolean {
    const own = owners.get(owner) ?? new Set()
    if (own.size >= ownMax && !makeRoom(own)) return false
    if (connections.size < limits.connectionsMax) return true
    return [...owners.values()].sort((a, b) => b.size - a.size).some(makeRoom)
  }

  /** Ends the connection of these that keeps the server waiting longest; false when the server keeps all of them waiting. */
  function makeRoom(own: Set<Socket>): boolean {
    for (const socket of own) {
      const connection = connections.get(socket)
      if (connection === undefined || !isIdle(connection)) continue
      forget(socket, connection)
      socket.destroy()
      return true
    }
    return false
  }

  function begin(socket: Socket, connection: Connection, exchange: Exchange): void {
    connection.current = exchange
    exchange.response.once('close', () => {
      connection.current = null
      if (!connections.has(socket)) return
      const own = owners.get(connection.owner)
      own?.delete(socket)
      own?.add(socket)
      const next = connection.waiting.shift()
      if (next !== undefined) begin(socket, connection, next)
    })
    answer(exchange)
  }

  return {
    /** Takes a connection in, or ends it at once. */
    enter(socket: Socket): void {
      const told = socket.remoteAddress ?? ''
      const address = parseAddress(told) ?? told
      const isShared = limits.isShared(address)
      const owner = isShared ? address : subscriberOf(address)
      if (!hasRoomFor(owner, isShared ? limits.connectionsMax : limits.perAddressMax)) return void socket.destroy()
      const connection: Connection = { owner, current: null, waiting: [], isLast: false, isGone: false }
      connections.set(socket, connection)
      owners.set(owner, (owners.get(owner) ?? new Set()).add(socket))
      socket.once('close', () => forget(socket, connection))
    },

    /** Answers the requests of a connection one after the other. */
    take(exchange: Exchange): void {
      const { socket } = exchange.request
      const connection = connections.get(socket)
      if (connection === undefined || connection.isLast) return
      if (connection.waiting.length >= WAITING_MAX) {
        // The rest is not even looked at: the connection ends with the last of those that wait.
        connection.isLast = true
        socket.pause()
        endAfter(connection)
        return
      }
      // A server that stops tells busy clients to ask somewhere else next time; what they have asked already counts.
      const former = newestOf(connection)
      if (isStopping && former !== null) former.response.shouldKeepAlive = true
      if (connection.current === null) begin(socket, connection, exchange)
      else connection.waiting.push(exchange)
      if (isStopping) endAfter(connection)
    },

    /** A connection becomes something else, and is only counted from now on. */
    letGo(socket: Socket): void {
      const connection = connections.get(socket)
      if (connection !== undefined) connection.isGone = true
    },

    /** A connection goes on inside another one, which is taken in by itself. */
    leave(socket: Socket): void {
      const connection = connections.get(socket)
      if (connection !== undefined) forget(socket, connection)
    },

    /** The answers that are under way are the last of their connections; what has left HTTP ends at once. */
    endAfterAnswers(): void {
      isStopping = true
      for (const [socket, connection] of connections) {
        if (connection.isGone) socket.destroy()
        else endAfter(connection)
      }
    },

    /** Ends those on which nothing was ever said. To Node.js they are not idle, and it would wait for them. */
    endSilent(): void {
      for (const socket of connections.keys()) if (socket.bytesRead === 0) socket.destroy()
    },

    /** Ends all connections at once, whatever they wait for. */
    endNow(): void {
      for (const socket of connections.keys()) socket.destroy()
    },

    size: () => connections.size,
  }
}

function newestOf({ current, waiting }: Connection): Exchange | null {
  return waiting.at(-1) ?? current
}

/** The newest answer of a connection says that it is the last one, unless it has begun already. */
function endAfter(connection: Connection): void {
  const newest = newestOf(connection)
  if (newest !== null) newest.response.shouldKeepAlive = false
}

/** Whether it is the client's turn: to ask, to send the rest of a body, or to read an answer that is ready. */
function isIdle({ current, isGone }: Connection): boolean {
  if (isGone) return false
  return current === null || !current.request.complete || current.response.writableEnded
}
