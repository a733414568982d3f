import { isStoreUnavailable, type StoreProblem } from '@/lib/shop/store'
import type { Opened } from './opened'
import type { Pulse } from './pulse'

/** A real write to the disk, a real read, and a look at the files; then what the database needs now and then. */
export async function checkHealth(
  database: Pick<Opened, 'keepUp'>,
  pulse: Pick<Pulse, 'beat' | 'ofOthers'>,
): Promise<StoreProblem[]> {
  const problems = new Set<StoreProblem>()
  const canWrite = await succeeds(pulse.beat())
  if (!canWrite) problems.add('not_writable')
  if (!(await succeeds(pulse.ofOthers()))) problems.add('not_readable')
  const kept = await succeeds(database.keepUp(canWrite))
  if (kept === false) return [...problems.add('not_writable')]
  if (kept.isLogLarge) problems.add('log_large')
  if (kept.isDiskFull) problems.add('disk_full')
  return [...problems]
}

/** What came of it; false when the store was not able to, which is what is being found out. */
async function succeeds<T>(work: Promise<T>): Promise<T | false> {
  return work.catch((error: unknown) => {
    if (isStoreUnavailable(error)) return false
    throw error
  })
}
