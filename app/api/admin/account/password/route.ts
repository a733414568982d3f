import { z } from 'zod'
import { PASSWORD_LENGTH_MIN } from '@/lib/admin/auth'
import { ADMIN_PAGES } from '@/lib/admin/session'
import { accountAction } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { adminRoute } from '../../route-handler'

const passwords = z.object({
  current: z.string().min(1).max(128),
  new: z.string().min(PASSWORD_LENGTH_MIN).max(128),
})

/** Changes the own password, for whoever knows the current one. All sessions end; this browser gets a new one. */
export const POST = adminRoute(async ({ request, runtime, admin, actor }) => {
  const { auth, shop, signInAttempts } = runtime
  const page = ADMIN_PAGES.account
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = passwords.safeParse(Object.fromEntries(form.value))
  if (!given.success) {
    const isWeak = given.error.issues.some(({ path }) => path[0] === 'new')
    return redirect(withProblem(page, isWeak ? 'weak_password' : 'wrong_password'))
  }
  // A stolen session is no way around the limit of guesses.
  const taken = await signInAttempts.consume(admin.email)
  if (!taken.isAllowed) {
    const minutes = Math.ceil(taken.waitMs / 60_000)
    return redirect(withProblem(page, 'too_many_requests', { minutes: String(minutes) }))
  }
  const answer = await auth.api.changePassword({
    body: { currentPassword: given.data.current, newPassword: given.data.new, revokeOtherSessions: true },
    headers: request.headers,
    asResponse: true,
  })
  if (!answer.ok) return redirect(withProblem(page, 'wrong_password'))
  await signInAttempts.reset(admin.email)
  await shop.store.insertAudit(accountAction('password_changed', actor, shop.now()))
  return redirect(`${page}?done=password_changed`, answer.headers.getSetCookie())
})
