import type { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressSet } from '@/lib/net/networks'
import { REMOTE_ADDRESS_HEADER, remoteSubscriber } from '@/lib/web/origin'
import type { Demand, Limits } from '@/lib/web/rate-limit'
import { setContentPolicy, showsReceivedBytes } from './content-policy'
import { answerDirectly, type Handler, headersOf } from './direct'
import { explainFailures } from './failures'
import type { Files } from './files'
import { showReceivedBytes } from './received-bytes'
import { refuse } from './refusals'
import { openRemembered, type ShownOn } from './remembered'
import { refusalOfLine } from './request-line'
import type { Rounds } from './rounds'
import { setTransportSecurity } from './transport-security'
import { type Done, openTurns, type Turns } from './turns'

/** Messages and other requests that are begun in one round of the process's loop; everybody waits for a round to end. */
const MESSAGES_A_ROUND = 16
const LOOKS_A_ROUND = 8
/**
 * Pages at the same time. Making one keeps the processor busy, so more at once would only be later, and hold up what is
 * done for WeChat.
 */
const PAGES_AT_ONCE = 2
/** Requests at the same time that may wait for WeChat's answer, and cost little meanwhile. */
const REQUESTS_AT_ONCE = 128
const WAITING_MAX = 500

type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>
type Visit = { who: string; request: IncomingMessage; response: ServerResponse }

export type FrontOptions = {
  isDev: boolean
  publicUrl: URL
  files: Files
  limits: Limits
  shownOn: ShownOn
  rounds: Rounds
  trustedProxies: AddressSet
  /** Where WeChat's notifications come in, by path. They neither wait for anybody nor share a limit with anybody. */
  forWeChat: Record<string, Handler>
  /** Next.js. */
  next: RequestListener
  answering: AsyncLocalStorage<ServerResponse>
}

/** Decides who answers a request, and when: WeChat's messages first, files from memory, all else in its turn. */
export function openFront(options: FrontOptions): RequestListener {
  const { isDev, publicUrl, files, limits, shownOn, rounds, trustedProxies, forWeChat, next, answering } = options
  const remembered = openRemembered(shownOn)
  const messages = openTurns({ atOnce: MESSAGES_A_ROUND, waitingMax: Number.POSITIVE_INFINITY })
  const looks = openTurns({ atOnce: LOOKS_A_ROUND, waitingMax: Number.POSITIVE_INFINITY })
  const pages = openTurns({ atOnce: PAGES_AT_ONCE, waitingMax: WAITING_MAX })
  const requests = openTurns({ atOnce: REQUESTS_AT_ONCE, waitingMax: WAITING_MAX })

  async function look(visit: Visit, path: string): Promise<void> {
    const { who, request, response } = visit
    setContentPolicy(request, response, isDev)
    setTransportSecurity(response, publicUrl)
    const weight = files.weigh(path, request)
    const taken = await limits.consume(demandsOf(request, path, weight, who))
    if (!taken.isAllowed) return refuse('too_many_requests', request, response, taken.headers)
    if (weight !== null) return files.answer(path, request, response)
    const turns = /^\/(api|emulator)\//.test(path) ? requests : pages
    return inTurn(turns, rounds, visit, () => {
      // While the shop is being written, Next.js shows what failed and where.
      if (!isDev) explainFailures(request, response)
      const refusal = refusalOfLine(request, isDev)
      const make = () => answering.run(response, () => next(request, response))
      if (refusal === null && showsReceivedBytes(path)) return showReceivedBytes(request, response, make)
      if (refusal === null) return remembered(request, response, make)
      response.writeHead(refusal, { allow: 'GET, HEAD' }).end()
      return Promise.resolve()
    })
  }

  return async (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    const handler = request.method === 'POST' && Object.hasOwn(forWeChat, path) ? forWeChat[path] : undefined
    if (handler !== undefined) {
      const begin = performance.now()
      // Whose a message is nobody knows yet, so they stand in one line.
      await inRound(messages, 'everybody', rounds)
      const waitedMs = performance.now() - begin
      return answering.run(response, () => answerDirectly(handler, request, response, waitedMs))
    }

    request.headers[REMOTE_ADDRESS_HEADER] = request.socket.remoteAddress ?? ''
    const who = remoteSubscriber({ headers: headersOf(request) }, trustedProxies)
    await inRound(looks, who, rounds)
    if (!response.destroyed) await look({ who, request, response }, path)
  }
}

/** Waits for a turn that lasts until the next round. */
function inRound(turns: Turns, who: string, rounds: Rounds): Promise<void> {
  return new Promise((resolve) => {
    const begin = (done: Done) => {
      rounds.next(done)
      resolve()
    }
    turns.take(who, { begin, refuse: resolve })
  })
}

/** What a request counts for. Routes below `/api` count for themselves too, by what they do. */
function demandsOf({ headers }: IncomingMessage, path: string, weight: number | null, key: string): Demand[] {
  if (weight !== null) return [{ limit: 'files', key, points: weight }]
  if (path.startsWith('/emulator')) return [{ limit: 'emulator', key }]
  // Next.js fetches data ahead, never a whole page: whoever only says so gets a page, and it counts as one.
  const isAhead = headers['next-router-prefetch'] !== undefined && headers.rsc !== undefined
  const isPage = !path.startsWith('/api/') && !isAhead
  return [{ limit: 'everything', key }, ...(isPage ? [{ limit: 'pages', key } as const] : [])]
}

/** Answers when it is this client's turn. The turn ends when the answer begins: how fast it is read is not our time. */
function inTurn(turns: Turns, rounds: Rounds, visit: Visit, answer: () => Promise<void>): Promise<void> {
  const { who, request, response } = visit
  return new Promise((resolve, reject) => {
    const leave = turns.take(who, {
      begin: (done) => {
        onHead(response, done)
        response.once('close', done)
        // First whoever has come in meanwhile, or a line of pages would go before them.
        rounds.next(() => answer().then(resolve, reject))
      },
      refuse: () => resolve(refuse('busy', request, response, { 'retry-after': '2' })),
    })
    response.once('close', () => {
      leave()
      resolve()
    })
  })
}

/** Calls `hear` when the head of an answer is written, whoever writes it. */
function onHead(response: ServerResponse, hear: () => void): void {
  const { writeHead } = response
  response.writeHead = ((...args: Parameters<typeof writeHead>) => {
    setImmediate(hear)
    return writeHead.apply(response, args)
  }) as typeof writeHead
}
