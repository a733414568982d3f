import { z } from 'zod'
import { IDLE_MS_MAX, SESSION_MS_MAX } from '@/lib/admin/auth'
import { ADMIN_PAGES, readAdminPage } from '@/lib/admin/session'
import { accountAction } from '@/lib/shop/audit'
import { readForm } from '@/lib/web/body'
import { REMOTE_ADDRESS_HEADER, remoteAddress } from '@/lib/web/origin'
import { redirect, withProblem } from '@/lib/web/redirect'
import { formRoute } from '../../route-handler'

const credentials = z.object({ email: z.email().max(254).toLowerCase(), password: z.string().min(1).max(128) })

/** Signs an admin in. What is wrong, address or password, is not said, and takes the same time. */
export const POST = formRoute(async ({ request, runtime }) => {
  const { auth, config, database, shop, signInAttempts } = runtime
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = readAdminPage(form.value.get('page'))
  const login = page === 'overview' ? '/admin/login' : `/admin/login?page=${page}`
  const given = credentials.safeParse(Object.fromEntries(form.value))
  if (!given.success) return redirect(withProblem(login, 'login_failed'))

  const { email } = given.data
  const taken = await signInAttempts.consume(email)
  if (!taken.isAllowed) {
    const minutes = Math.ceil(taken.waitMs / 60_000)
    return redirect(withProblem(login, 'too_many_requests', { minutes: String(minutes) }))
  }
  const address = remoteAddress(request, config.trustedProxies)
  const headers = new Headers({
    [REMOTE_ADDRESS_HEADER]: address,
    'user-agent': (request.headers.get('user-agent') ?? '').slice(0, 256),
  })
  const answer = await auth.api.signInEmail({ body: given.data, headers, asResponse: true })
  if (!answer.ok) {
    const known = (await database.team.find(email)) === null ? masked(email) : email
    const actor = { email: known, role: null, address }
    await shop.store.insertAudit(accountAction('sign_in_failed', actor, shop.now()))
    return redirect(withProblem(login, 'login_failed'))
  }
  await signInAttempts.reset(email)
  await database.team.endStaleSessions(Date.now() - SESSION_MS_MAX, Date.now() - IDLE_MS_MAX)
  const role = (await database.team.find(email))?.role ?? null
  await shop.store.insertAudit(accountAction('signed_in', { email, role, address }, shop.now()))
  return redirect(ADMIN_PAGES[page], answer.headers.getSetCookie())
})

/** People type a password into the wrong field now and then; so of what is no account, little is kept. */
function masked(text: string): string {
  return `${text.slice(0, 3)}…`
}
