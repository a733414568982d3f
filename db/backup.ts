import { pathOf } from './database-url'
import { backUpSqlite } from './sqlite/backup'

/** Copies one state of a database into a file that is not there yet; gives its size. */
export function backUpDatabase(url: string, copy: string): Promise<number> {
  return backUpSqlite(pathOf(url), copy)
}
