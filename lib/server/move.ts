import { moveDatabase } from '@/db/move'

/*
 * `npm run move -- FROM TO`: copies a stopped shop from one database into another, and compares every table. Ends with 0
 * when all of it is there, with 1 when nothing was moved, and with 2 when it was not told from where to where.
 */

const [from, to, ...more] = process.argv.slice(2)
if (from === undefined || to === undefined || more.length > 0) {
  console.error('Say from where to where: npm run move -- file:./data/shop.db postgres://user:password@host/database')
  process.exit(2)
}
try {
  const moved = await moveDatabase(from, to)
  for (const { table, rows } of moved) console.log(`${String(rows).padStart(9)}  ${table}`)
  console.log('All of it is there, and is the same. Set DATABASE_URL to the new address, and start the shop.')
} catch (error) {
  console.error(`Nothing was moved: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
}
