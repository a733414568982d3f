import { json } from '@/lib/web/problem'
import { route } from '../route-handler'

/** Says whether the shop can do its work: it writes, reads and looks after payments. What is wrong is said in words. */
export const GET = route(async ({ runtime }) => {
  const { status, problems } = await runtime.health.state()
  if (status === 'ok') return json({ status })
  return json({ status, problems }, status === 'degraded' ? 200 : 503)
})
