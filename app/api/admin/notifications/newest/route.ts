import { newestMark } from '@/app/admin/notifications/newest'
import { isStillAdmin } from '@/lib/admin/session'
import { problem } from '@/lib/web/problem'
import { route } from '../../../route-handler'

/** Which entry of the log is the newest, for a page that no stream reaches. It asks by itself, so no session lasts longer for it. */
export const GET = route(async ({ request, runtime }) => {
  if (!(await isStillAdmin(runtime, request.headers))) return problem('not_signed_in')
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }
  return new Response(await newestMark(runtime.shop.store), { headers })
})
