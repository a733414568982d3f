import { resolve } from 'node:path'
import { backUpDatabase } from '@/db/backup'
import { readDatabaseUrl } from '@/lib/config'

/*
 * `npm run backup -- FILE`: a consistent copy of the shop's database, also while the shop runs. Ends with 0 when the copy
 * is there and sound, with 1 when there is none, and with 2 when it was not told where to.
 */

process.umask(0o077)
const [file, ...more] = process.argv.slice(2)
if (file === undefined || more.length > 0) {
  console.error('Say where to: npm run backup -- FILE')
  process.exit(2)
}
const copy = resolve(file)
try {
  const bytes = await backUpDatabase(readDatabaseUrl(process.env), copy)
  console.log(`The database is in ${copy}, ${bytes} bytes.`)
} catch (error) {
  console.error(`No backup was made: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
}
