import { z } from 'zod'
import { isCommonPassword, PASSWORD_LENGTH } from '@/lib/admin/passwords'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { rememberBrowser } from '@/lib/admin/sign-in'
import { accountAction } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { adminRoute } from '../../route-handler'
import { withOwnPassword } from '../own-password'

const passwords = z.object({
  current: z.string().min(1).max(PASSWORD_LENGTH.max),
  new: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
})

/** Changes the own password, for whoever knows the current one. All sessions end; this browser gets a new one. */
export const POST = adminRoute(async ({ request, runtime, admin, actor }) => {
  const { auth, database, shop } = runtime
  const page = ADMIN_PAGES.account
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = passwords.safeParse(Object.fromEntries(form.value))
  if (!given.success) {
    const isWeak = given.error.issues.some(({ path }) => path[0] === 'new')
    return redirect(withProblem(page, isWeak ? 'weak_password' : 'wrong_password'))
  }
  const { current, new: chosen } = given.data
  if (await isCommonPassword(chosen, admin.email)) return redirect(withProblem(page, 'common_password'))
  return withOwnPassword(runtime, admin, async () => {
    const answer = await auth.api.changePassword({
      body: { currentPassword: current, newPassword: chosen, revokeOtherSessions: true },
      headers: request.headers,
      asResponse: true,
    })
    if (!answer.ok) return null
    await shop.store.insertAudit(accountAction('password_changed', actor, shop.now()))
    const cookies = answer.headers.getSetCookie()
    // Browsers are known by the former password; this one is for the new one too.
    const changed = await database.team.find(admin.email)
    if (changed !== null) cookies.push(rememberBrowser(runtime, request, changed))
    return redirect(`${page}?done=password_changed`, cookies)
  })
})
