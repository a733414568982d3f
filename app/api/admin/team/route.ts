import { z } from 'zod'
import { newPassword } from '@/lib/admin/reset-password'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { sealShown } from '@/lib/admin/shown-once'
import { accountAction, ROLES } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../route-handler'

const newcomer = z.object({ email: z.email().max(254).toLowerCase(), role: z.enum(ROLES) })

/** Adds an admin. The password is made here and handed to the page once; only its hash is stored. */
export const POST = operatorRoute(async ({ request, runtime, admin, actor }) => {
  const { auth, database, shop } = runtime
  const page = ADMIN_PAGES.team
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = newcomer.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(page, 'invalid_body'))
  const { email, role } = given.data
  const password = newPassword()
  const passwordHash = await (await auth.$context).password.hash(password)
  if (!(await database.team.add({ email, role, passwordHash, at: Date.now() }))) {
    return redirect(withProblem(page, 'email_taken'))
  }
  await shop.store.insertAudit(accountAction('admin_added', actor, shop.now(), { email, role }))
  return redirect(page, [await sealShown(runtime, admin.sessionId, { type: 'password', email, password })])
})
