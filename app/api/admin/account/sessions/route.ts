import { z } from 'zod'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { accountAction } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { adminRoute } from '../../route-handler'

const choice = z.object({ session: z.string().min(1).max(64) })

/** Ends one of the own sessions, or with `others` all but the one that asks. */
export const POST = adminRoute(async ({ request, runtime: { database, shop }, admin, actor }) => {
  const page = ADMIN_PAGES.account
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = choice.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(page, 'invalid_body'))
  const { session } = given.data
  const which = session === 'others' ? { except: admin.sessionId } : { only: session }
  const count = await database.team.endSessions(admin.id, which)
  if (count === 0) return redirect(withProblem(page, 'not_found'))
  await shop.store.insertAudit(accountAction('sessions_ended', actor, shop.now(), { count: String(count) }))
  return redirect(`${page}?done=sessions_ended`)
})
