import { ADMIN_PAGES, type Admin } from '@/lib/admin/session'
import { refusalOf } from '@/lib/admin/sign-in'
import type { Runtime } from '@/lib/runtime'
import { redirect, withProblem } from '@/lib/web/redirect'

/**
 * Does what the own password is asked for once more. `work` gives null when it was wrong. Counted by session: a stolen one
 * is no way to guess on, and nobody else's guesses stand in the way of whoever is signed in.
 */
export async function withOwnPassword(
  { signInAttempts, hashing }: Runtime,
  { sessionId }: Admin,
  work: () => Promise<Response | null>,
): Promise<Response> {
  const attempt = signInAttempts.session(sessionId)
  const refusal = await refusalOf(attempt)
  if (refusal !== null) {
    return redirect(withProblem(ADMIN_PAGES.account, 'too_many_requests', { minutes: String(refusal.minutes) }))
  }
  const answer = await hashing.ahead(work)
  if (answer === null) return redirect(withProblem(ADMIN_PAGES.account, 'wrong_password'))
  await attempt.succeed()
  return answer
}
