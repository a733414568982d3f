import { parseArgs } from 'node:util'
import { readConfig } from '@/lib/config'
import { openRuntime } from '@/lib/runtime'
import { parseDay } from '@/lib/shop/beijing'
import { BILL_KINDS } from '@/lib/shop/bill'
import { hasBill } from '@/lib/shop/bill-actions'
import { reconcile, tickDifferences } from '@/lib/shop/reconcile'

/*
 * `npm run reconcile -- --date 2026-01-05`: fetches and compares one day by hand, also while the shop runs. Ends with 0
 * when the day agrees, with 1 when it does not or could not be compared, and with 2 when it was not told which day.
 */

process.umask(0o077)
const { values } = parseArgs({ options: { date: { type: 'string' } }, strict: false })
const day = typeof values.date === 'string' ? parseDay(values.date) : null
const read = readConfig(process.env)
if (day === null) {
  console.error('Say which day: npm run reconcile -- --date 2026-01-05')
  process.exit(2)
}
if (!read.ok) {
  console.error(`These settings are not right:\n  ${read.problems.join('\n  ')}`)
  process.exit(1)
}
const { shop, close } = await openRuntime(read.config)
try {
  if (!hasBill(shop, day)) throw new Error(`WeChat has no bill of ${day}: it is too long ago, or far ahead`)
  for (const kind of BILL_KINDS) {
    if (kind === 'fund_flow' && shop.gateway.whyNoFundFlow() !== null) continue
    await reconcile(shop, await shop.store.claimBill({ day, kind }, shop.now()))
    const bill = await shop.store.findBill({ day, kind })
    console.log(`${kind}: ${bill?.problem ?? bill?.status}${bill?.totals ? ` ${JSON.stringify(bill.totals)}` : ''}`)
    if (bill?.status === 'waiting') process.exitCode = 1
  }
  await tickDifferences(shop)
  const open = await shop.store.listDifferences(day, { isOpen: true, after: null, limit: 1_000 })
  for (const { kind, subject, number } of open) console.log(`open: ${kind} ${subject} ${number}`)
  if (open.length > 0) process.exitCode = 1
} catch (error) {
  console.error(`Nothing was compared: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
} finally {
  await close()
}
