import { IDLE_MS_MAX, SESSION_MS_MAX } from '@/lib/admin/auth'
import { ADMIN_PAGES, readAdminPage } from '@/lib/admin/session'
import type { SignInResult } from '@/lib/admin/sign-in'
import type { Runtime } from '@/lib/runtime'
import { accountAction } from '@/lib/shop/audit'
import { writeCookie } from '@/lib/web/cookie'
import { redirect, withProblem } from '@/lib/web/redirect'

/** The page to sign in at, on the way to another one; `code` asks for the second step. */
export function loginPage(page: string | null, step: 'password' | 'code' = 'password'): string {
  const query = new URLSearchParams()
  if (step === 'code') query.set('step', step)
  if (readAdminPage(page) !== 'overview') query.set('page', readAdminPage(page))
  return query.size === 0 ? '/admin/login' : `/admin/login?${query}`
}

/** Cookie with the e-mail of who could not sign in, so that they type it once; an address would be in logs and histories. */
export const EMAIL_COOKIE = 'sign-in-email'
const EMAIL_SECONDS = 600

type Came = { page: string | null; address: string; email?: string; step?: 'password' | 'code' }

/** Writes down what became of signing in, and leads on. */
export async function answerSignIn(runtime: Runtime, came: Came, result: SignInResult): Promise<Response> {
  const { page, address, email: typed = '', step = 'password' } = came
  const { shop, database, config } = runtime
  const kept = typed === '' ? [] : [writeCookie(EMAIL_COOKIE, typed, EMAIL_SECONDS, config.publicUrl)]
  const own = loginPage(page, step)
  switch (result.type) {
    case 'wait':
      return redirect(withProblem(own, 'too_many_requests', { minutes: String(result.minutes) }), kept)
    case 'expired':
      return redirect(withProblem(loginPage(page), 'sign_in_expired'))
    case 'refused':
      await recordRefusal(runtime, result, came)
      return redirect(withProblem(own, step === 'code' ? 'wrong_code' : 'login_failed'), kept)
    case 'code_needed':
      return redirect(loginPage(page, 'code'), [...result.cookies, ...kept])
    case 'signed_in': {
      await database.team.endStaleSessions(Date.now() - SESSION_MS_MAX, Date.now() - IDLE_MS_MAX)
      const { email, role, cookies } = result
      await shop.store.insertAudit(accountAction('signed_in', { email, role, address }, shop.now(), detailOf(step)))
      return redirect(ADMIN_PAGES[readAdminPage(page)], [
        ...cookies,
        writeCookie(EMAIL_COOKIE, '', 0, config.publicUrl),
      ])
    }
  }
}

async function recordRefusal(
  { shop, signInAttempts }: Runtime,
  { email, isMember }: { email: string; isMember: boolean },
  { address, step = 'password' }: Came,
): Promise<void> {
  // Anybody can try any number of e-mails, and no line is ever deleted.
  if (!isMember && !(await signInAttempts.isRecorded())) return
  const actor = { email: isMember ? email : masked(email), role: null, address }
  await shop.store.insertAudit(accountAction('sign_in_failed', actor, shop.now(), detailOf(step)))
}

const detailOf = (step: 'password' | 'code'): Record<string, string> => (step === 'code' ? { step } : {})

/** People type a password into the wrong field now and then; so of what is no account, little is kept. */
function masked(text: string): string {
  return `${text.slice(0, 3)}…`
}
