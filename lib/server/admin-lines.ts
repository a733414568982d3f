import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { newPassword } from '@/lib/admin/reset-password'
import type { Runtime } from '@/lib/runtime'
import { rememberDemoAdmin } from './demo'

const BELOW = '            '

/** What the start says of the first admin: who it is when it was just made, and which settings change nothing any more. */
export async function adminLines(runtime: Runtime): Promise<string[]> {
  const { admin } = runtime.config
  const chosen =
    admin === null
      ? { email: 'admin@shop.localhost', password: newPassword() }
      : { email: admin.email, password: admin.password.reveal() }
  const outcome = await ensureFirstAdmin(runtime, chosen, admin !== null)
  if (outcome.type === 'kept') return []
  if (outcome.type === 'made') {
    if (admin === null) await rememberDemoAdmin(runtime, chosen)
    const shown = admin === null ? [`${BELOW}password:    ${chosen.password}  (shown only now)`] : []
    return [`${BELOW}first admin: ${chosen.email}`, ...shown]
  }
  const { email } = chosen
  return outcome.because === 'other_email'
    ? [
        `${BELOW}ADMIN_EMAIL changes nothing: it named the first admin, who was made before. Add ${email} under /admin/team.`,
      ]
    : [
        `${BELOW}ADMIN_PASSWORD changes nothing: it was the first one, and ${email} has another since.`,
        `${BELOW}For a new one: npm run reset-password -- ${email}`,
      ]
}
