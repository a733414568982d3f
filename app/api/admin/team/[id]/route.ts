import { z } from 'zod'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { accountAction, ROLES } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../../route-handler'

const change = z.object({ action: z.enum([...ROLES, 'end_sessions', 'remove_second_factor', 'remove']) })

/** Changes somebody else's role, ends their sessions, takes away a second step they lost, or takes them out. Nobody does so to themselves. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime, params, admin, actor }) => {
  const { database, shop } = runtime
  const { team } = database
  const page = ADMIN_PAGES.team
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = change.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(page, 'invalid_body'))
  if (params.id === admin.id) return redirect(withProblem(page, 'own_account'))
  const { action } = given.data

  if (action === 'end_sessions') {
    const member = (await team.list()).find(({ id }) => id === params.id)
    if (member === undefined) return redirect(withProblem(page, 'not_found'))
    const count = String(await team.endSessions(member.id, 'all'))
    await shop.store.insertAudit(accountAction('sessions_ended', actor, shop.now(), { email: member.email, count }))
    return redirect(`${page}?done=sessions_ended`)
  }
  if (action === 'remove_second_factor') {
    const removed = await team.removeSecondFactor(params.id)
    if (!removed.ok) return redirect(withProblem(page, removed.reason))
    const { email } = removed.member
    await shop.store.insertAudit(accountAction('second_factor_removed', actor, shop.now(), { email }))
    return redirect(`${page}?done=second_factor_removed`)
  }
  const outcome = await (action === 'remove' ? team.remove(params.id) : team.changeRole(params.id, action))
  if (!outcome.ok) return redirect(withProblem(page, outcome.reason))
  const { email, role } = outcome.member
  const isRemoved = action === 'remove'
  const done = isRemoved ? 'admin_removed' : 'admin_changed'
  const detail = isRemoved ? { email, role } : { email, before: role, after: action }
  await shop.store.insertAudit(accountAction(done, actor, shop.now(), { ...detail }))
  return redirect(`${page}?done=${done}`)
})
