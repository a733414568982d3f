import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import type { Database } from '@/db/open'
import { accountAction } from '@/lib/shop/audit'

/** Whoever runs the server, as the record names them: it has no account. */
const SERVER = { email: '(server)', role: null, address: '' }

type Reset = { ok: true; email: string; password: string } | { ok: false; known: string[] }

/** A password as it is made for somebody who did not choose one. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url')
}

/** Gives an admin a new password and ends all their sessions; their second step goes too, when it was lost. */
export async function resetPassword(
  { team, store }: Pick<Database, 'team' | 'store'>,
  text: string,
  { withoutSecondFactor }: { withoutSecondFactor: boolean },
): Promise<Reset> {
  const email = text.toLowerCase()
  const password = newPassword()
  if (!(await team.setPassword(email, await hashPassword(password)))) {
    return { ok: false, known: (await team.list()).map((member) => member.email) }
  }
  await store.insertAudit(accountAction('password_reset', SERVER, Date.now(), { email }))
  const member = withoutSecondFactor ? await team.find(email) : null
  if (member !== null && (await team.removeSecondFactor(member.id)).ok) {
    await store.insertAudit(accountAction('second_factor_removed', SERVER, Date.now(), { email }))
  }
  return { ok: true, email, password }
}
