import { listPath, readListQuery } from '@/app/admin/notifications/list-query'
import { replayNotifications } from '@/lib/shop/replay'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../../route-handler'

/** Replays what a filter finds. A filter that is not understood is refused: left out, it would find more. */
export const POST = operatorRoute(async ({ request, runtime: { shop, limits }, admin, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const { filter, ignored } = readListQuery(Object.fromEntries(form.value))
  if (ignored.length > 0) return redirect(withProblem('/admin/notifications', 'invalid_body'))
  const taken = await limits.consume([{ limit: 'replayRuns', key: admin.id }])
  if (!taken.isAllowed) return redirect(withProblem(listPath(filter), 'too_many_requests'))
  const count = await replayNotifications(shop, filter, actor)
  return redirect(`/admin/notifications?replayed=${count}`)
})
