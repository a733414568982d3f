import { replayNotification } from '@/lib/shop/replay'
import { readId } from '@/lib/web/list-query'
import { problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../../../route-handler'

/** Replays one entry of the log, and leads to the entry that this makes. */
export const POST = operatorRoute<{ id: string }>(async ({ params, runtime: { shop, limits }, admin, actor }) => {
  const id = readId(params.id)
  if (id === null) return problem('not_found')
  const page = `/admin/notifications/${id}`
  const taken = await limits.consume([{ limit: 'replays', key: admin.id }])
  if (!taken.isAllowed) return redirect(withProblem(page, 'too_many_requests'))
  const replay = await replayNotification(shop, id, actor)
  return redirect(replay.ok ? `/admin/notifications/${replay.id}` : withProblem(page, replay.reason))
})
