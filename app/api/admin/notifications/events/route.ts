import { newestMark } from '@/app/admin/notifications/newest'
import { isStillAdmin } from '@/lib/admin/session'
import { eventStream } from '../../../event-stream'
import { adminRoute } from '../../route-handler'

/** A look at the newest entry costs microseconds, and finds what other processes wrote as well. */
const LOOK_EVERY_MS = 2_000

/** Which entry of the log is the newest, now and whenever another one came or was processed; no longer than the session. */
export const GET = adminRoute(async ({ request, runtime }) => {
  const view = async () => ((await isStillAdmin(runtime, request.headers)) ? newestMark(runtime.shop.store) : null)
  return eventStream(runtime, {
    topic: 'notifications',
    event: 'log',
    view,
    lookEveryMs: LOOK_EVERY_MS,
    request,
  })
})
