import type { ClientBase } from 'pg'
import { StoreUnavailable } from '@/lib/shop/store'

/** The oldest that gets fixes, and has all that the shop uses. */
const VERSION_MIN = 14

/** What promises rest on, and what reading it back must give. */
const SETTINGS: Record<string, string[]> = {
  // What was acknowledged to WeChat must be there after a power cut, and on the standby when one is waited for.
  synchronous_commit: ['on', 'remote_apply', 'remote_write'],
  fsync: ['on'],
  full_page_writes: ['on'],
  transaction_read_only: ['off'],
  // Names and reasons are Chinese.
  server_encoding: ['UTF8'],
}

/** Throws when the server behind a connection is not one that a shop may rest on. */
export async function refuseUnfit(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version_num') as version")
  const ofVersion = tooOldBecause(rows[0]?.version ?? '')
  if (ofVersion !== null) throw new Error(ofVersion)
  const ofSettings = unfitBecause(await readSettings(client))
  if (ofSettings !== null) throw new StoreUnavailable(ofSettings)
}

/** Why a version will not do, from its number as the server gives it: 140012 is 14.12. */
export function tooOldBecause(versionNumber: string): string | null {
  const version = Math.floor(Number(versionNumber) / 10_000)
  if (!/^\d+$/.test(versionNumber))
    return `it does not say which version it is, and the shop needs PostgreSQL ${VERSION_MIN} or newer`
  return version < VERSION_MIN ? `it is PostgreSQL ${version}, and the shop needs ${VERSION_MIN} or newer` : null
}

/** Why settings will not do. */
export function unfitBecause(settings: Record<string, string>): string | null {
  for (const [name, expected] of Object.entries(SETTINGS)) {
    const actual = settings[name] ?? 'nothing'
    if (!expected.includes(actual)) return `it says ${name}=${actual}, and the shop needs ${expected[0]}`
  }
  return null
}

export async function readSettings(client: ClientBase): Promise<Record<string, string>> {
  const columns = Object.keys(SETTINGS).map((name) => `current_setting('${name}') as ${name}`)
  const { rows } = await client.query<Record<string, string>>(`select ${columns.join(', ')}`)
  return rows[0] ?? {}
}
