import { randomBytes } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import { readConfig, secretsOf } from '@/lib/config'
import { keptRuntime, openRuntime } from '@/lib/runtime'
import { openLog } from '@/lib/server/log'
import { startOrExit } from '@/lib/server/start'
import { tick } from '@/lib/shop/worker'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { openHttp } from '@/lib/wechat/http'
import { routeTo } from '../routes'

/*
 * The shop without its pages: the same routes, rules, memory and worker in a process that starts in a moment, since it is
 * killed hundreds of times. Its clock can be pushed ahead, so that what is due in half an hour is due now.
 */

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
server.listen(config.port, config.host, () => console.log(config.publicUrl.origin))
process.once('SIGTERM', stop)

function answer(request: Request): Promise<Response> {
  if (new URL(request.url).pathname === '/clock') return pushClock(request)
  const headers = new Headers(request.headers)
  headers.set(REMOTE_ADDRESS_HEADER, '127.0.0.1')
  return routeTo(new Request(request, { headers }))
}

async function pushClock(request: Request): Promise<Response> {
  aheadMs = Number(await request.text())
  await tick(runtime.shop)
  return new Response()
}

async function stop(): Promise<void> {
  const isClosed = new Promise((resolve) => server.close(resolve))
  await own.drain?.()
  await isClosed
  await own.close?.()
  process.exit(0)
}
