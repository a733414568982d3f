import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { accountAction, ROLES } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../route-handler'

const newcomer = z.object({ email: z.email().max(254).toLowerCase(), role: z.enum(ROLES) })

/** Adds an admin. The password is made here and handed to the page once; only its hash is stored. */
export const POST = operatorRoute(async ({ request, runtime, admin, actor }) => {
  const { auth, database, shop, newPasswords } = runtime
  const page = ADMIN_PAGES.team
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = newcomer.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(page, 'invalid_body'))
  const { email, role } = given.data
  const password = randomBytes(15).toString('base64url')
  const passwordHash = await (await auth.$context).password.hash(password)
  if (!(await database.team.add({ email, role, passwordHash, at: Date.now() }))) {
    return redirect(withProblem(page, 'email_taken'))
  }
  await shop.store.insertAudit(accountAction('admin_added', actor, shop.now(), { email, role }))
  newPasswords.set(admin.sessionId, { email, password, at: Date.now() })
  return redirect(page)
})
