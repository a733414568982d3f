import { hostname } from 'node:os'
import type { Runtime } from '@/lib/runtime'
import { isFromThisMachine } from '@/lib/web/origin'
import { json } from '@/lib/web/problem'
import { route } from '../route-handler'

/**
 * Says whether the shop can do its work: it writes, reads and looks after payments. What is wrong is said in words. Anybody
 * may know which instance answered, by a word drawn at its start; the host and the process only who is on it.
 */
export const GET = route(async ({ request, runtime }) => {
  const { status, problems } = await runtime.health.state()
  const { instance, type, news } = runtime.database.about()
  const body = { status, ...(problems.length > 0 && { problems }), instance, database: type, news }
  const near = isFromThisMachine(request, runtime.config.trustedProxies) ? await nearby(runtime) : {}
  return json({ ...body, ...near }, status === 'unavailable' ? 503 : 200)
})

async function nearby({ database }: Runtime) {
  // What cannot be read now is among the problems.
  const processes = await database.countProcesses().catch(() => null)
  return { host: hostname(), pid: process.pid, ...(processes !== null && { processes }) }
}
