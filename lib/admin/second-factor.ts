import { symmetricDecrypt } from 'better-auth/crypto'
import { z } from 'zod'
import type { Team } from '@/db/open'
import type { Auth } from './auth'

const codes = z.array(z.string())

/** How many of an admin's recovery codes are left; null when signing in does not ask them for a second step. */
export async function countRecoveryCodes(
  { auth, database }: { auth: Auth; database: { team: Team } },
  userId: string,
): Promise<number | null> {
  const kept = await database.team.findSecondFactor(userId)
  if (kept === null || !kept.isConfirmed) return null
  const { secretConfig: key } = await auth.$context
  return codes.parse(JSON.parse(await symmetricDecrypt({ key, data: kept.recoveryCodes }))).length
}
