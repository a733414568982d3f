import { addressOf } from './database-url'
import { backUpSqlite } from './sqlite/backup'

/** Copies one state of a database into a file that is not there yet; gives its size. */
export async function backUpDatabase(url: string, copy: string): Promise<number> {
  const address = addressOf(url)
  if (address.type === 'sqlite') return backUpSqlite(address.path, copy)
  throw new Error('a database of PostgreSQL is backed up by its own pg_dump, also while the shop runs')
}
