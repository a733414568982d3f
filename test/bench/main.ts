import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureLists } from './lists'
import { measureSpeed } from './speed'
import { speedTable, writeTable } from './table'

/*
 * What things cost: `npm run bench`. Only the ratios mean anything on another machine.
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'speed,lists' },
    rounds: { type: 'string', default: '5' },
  },
})
const parts = values.only.split(',')
console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}, Node.js ${process.version}\n`)
if (parts.includes('speed')) {
  const measured = await measureSpeed(Number(values.rounds), console.error)
  console.log(`${writeTable(speedTable(measured))}\n`)
}
if (parts.includes('lists')) console.log(writeTable(await measureLists()))
