import type { Team } from '@/db/open'
import type { Auth } from './auth'
import { isCommonPassword } from './passwords'

type Chosen = { email: string; password: string }

/** What became of the first admin that the settings name. */
type FirstAdmin =
  | { type: 'made' }
  /** There are admins already, and the settings agree with them or name none. */
  | { type: 'kept' }
  /** There are admins already, so the setting changes nothing, though it says something else. */
  | { type: 'ignored'; because: 'other_password' | 'other_email' }

/**
 * Makes the first admin if there is none yet. When there is one, settings that were changed since are compared with what
 * is kept, so that nobody believes to have changed a password by them. Throws for a password that anybody would guess.
 */
export async function ensureFirstAdmin(
  { auth, database: { team } }: { auth: Auth; database: { team: Team } },
  chosen: Chosen,
  isSetting = true,
): Promise<FirstAdmin> {
  const email = chosen.email.toLowerCase()
  const context = await auth.$context
  const findKept = () => (isSetting ? compare(auth, email, chosen.password) : ({ type: 'kept' } as const))
  if ((await team.list()).length > 0) return findKept()
  if (await isCommonPassword(chosen.password, email)) {
    throw new Error('ADMIN_PASSWORD is among the first that anybody would try; choose another one.')
  }
  const passwordHash = await context.password.hash(chosen.password)
  const isMade = await team.addFirst({ email, role: 'operator', passwordHash, at: Date.now() })
  // Another process may have made one at the same moment.
  return isMade ? { type: 'made' } : findKept()
}

async function compare(auth: Auth, email: string, password: string): Promise<FirstAdmin> {
  const context = await auth.$context
  const found = await context.internalAdapter.findUserByEmail(email, { includeAccounts: true })
  const hash = found?.accounts.find(({ providerId }) => providerId === 'credential')?.password
  if (hash == null) return { type: 'ignored', because: 'other_email' }
  return (await context.password.verify({ password, hash }))
    ? { type: 'kept' }
    : { type: 'ignored', because: 'other_password' }
}
