import { readConfig } from '@/lib/config'
import { applyPriceList } from '@/lib/runtime'

/* `npm run goods`: the goods follow the price list in `db/goods.ts`. A shop that runs meanwhile sells by it at once. */

process.umask(0o077)
// Whose money is taken makes no difference here.
process.env.PAYMENTS ||= 'emulator'
const read = readConfig(process.env)
if (read.ok) {
  const outcome = await applyPriceList(read.config)
  const name = (ids: string[]) => (ids.length === 0 ? 'none' : ids.join(', '))
  if (outcome === null) console.error('Somebody changed goods at the same time, so nothing was done. Run it again.')
  else {
    console.log(`New: ${name(outcome.added)}`)
    console.log(`Changed: ${name(outcome.changed)}`)
    console.log(`Off sale: ${name(outcome.offSale)}`)
  }
  process.exitCode = outcome === null ? 1 : 0
} else {
  console.error(`These settings are not right:\n  ${read.problems.join('\n  ')}`)
  process.exitCode = 1
}
