import { randomBytes } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import { z } from 'zod'
import { readConfig, secretsOf } from '@/lib/config'
import { keptRuntime, openRuntime } from '@/lib/runtime'
import { openLog } from '@/lib/server/log'
import { startOrExit } from '@/lib/server/start'
import { isWish, leftOfOrder, piecesLeft } from '@/lib/shop/refund'
import { approveRefund, refundOrder, requestRefund } from '@/lib/shop/refunds'
import { isStoreUnavailable } from '@/lib/shop/store'
import { tick } from '@/lib/shop/worker'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { openHttp } from '@/lib/wechat/http'
import { routeTo } from '../routes'

/*
 * The shop without its pages: the same routes, rules, memory and worker in a process that starts in a moment, since it is
 * killed hundreds of times. Its clock can be pushed ahead, so that what is due in half an hour is due now.
 */

const OPERATOR = { email: 'ann@shop.example', role: 'operator', address: '127.0.0.1' } as const
const wanted = z.strictObject({ order: z.string(), what: z.enum(['whole', 'part', 'wish', 'approve']) })

const read = readConfig(process.env)
if (!read.ok) throw new Error(read.problems.join('\n'))
const { config } = read

let aheadMs = Number(process.env.AHEAD_MS ?? 0)
const runtime = await openRuntime(config, {
  now: () => Date.now() + aheadMs,
  random: randomBytes,
  log: openLog(config.logLevel, secretsOf(config)),
  end: (why) => {
    console.error(why)
    process.exit(1)
  },
  toWeChat: () => openHttp(),
})
const own = keptRuntime()
own.runtime = Promise.resolve(runtime)
own.hasOwnServer = true
await startOrExit({})

const server = createAdaptorServer({
  fetch: async (request, { outgoing }) => {
    const response = await answer(request)
    if (!server.listening) outgoing.setHeader('connection', 'close')
    return response
  },
})
server.listen(config.port, config.host, () => console.log(`http://${config.host}:${config.port}`))
process.once('SIGTERM', stop)

function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/clock') return pushClock(request)
  if (pathname === '/refund') return refund(request).catch(unavailable)
  const headers = new Headers(request.headers)
  headers.set(REMOTE_ADDRESS_HEADER, '127.0.0.1')
  return routeTo(new Request(request, { headers }))
}

/** As the shop's own route handlers say it. */
function unavailable(error: unknown): Response {
  if (isStoreUnavailable(error)) return new Response('{}', { status: 503 })
  throw error
}

async function pushClock(request: Request): Promise<Response> {
  aheadMs = Number(await request.text())
  await tick(runtime.shop)
  return new Response()
}

/** What an operator presses about an order: all that is left goes back, a part of it, or what the buyer asked for. */
async function refund(request: Request): Promise<Response> {
  const { order: id, what } = wanted.parse(await request.json())
  const { shop } = runtime
  const found = await shop.store.findOrder(id)
  if (found === null) return Response.json({ ok: false, reason: 'not_found' })
  const refunds = await shop.store.listRefundsOf(id)
  const [lines, left] = [piecesLeft(found.order, refunds), leftOfOrder(found.order, refunds)]
  const text = { reason: 'it came broken', returnsStock: true }
  const press = () => {
    if (what === 'wish') return requestRefund(shop, id, text)
    if (what === 'whole') return refundOrder(shop, id, { ...text, lines, amountFen: left }, OPERATOR)
    if (what === 'part') return refundOrder(shop, id, { ...text, lines: [], amountFen: 100 }, OPERATOR)
    return approveRefund(shop, refunds.find(isWish)?.outRefundNo ?? '', null, OPERATOR)
  }
  const result = await press()
  if (!result.ok) return Response.json(result)
  return Response.json({ ok: true, number: result.refund.outRefundNo })
}

async function stop(): Promise<void> {
  const isClosed = new Promise((resolve) => server.close(resolve))
  await own.drain?.()
  await isClosed
  await own.close?.()
  process.exit(0)
}
