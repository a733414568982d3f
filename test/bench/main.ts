import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureFelt } from './felt'
import { measureLists } from './lists'
import { measureMemory } from './memory'
import { measureSpeed } from './speed'
import { speedTable, writeTable } from './table'

/*
 * What things cost: `npm run bench`, or one part of it: `-- --only speed`, `lists`, `felt`, or `memory`, the last two only when they are
 * named. Only the ratios mean anything on another machine.
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'speed,lists' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '320' },
    payments: { type: 'string', default: '120' },
    total: { type: 'string', default: '100000' },
  },
})
const parts = values.only.split(',')
console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}, Node.js ${process.version}\n`)
if (parts.includes('speed')) {
  const measured = await measureSpeed(Number(values.rounds), Number(values.requests), console.error)
  console.log(`${writeTable(speedTable(measured))}\n`)
}
if (parts.includes('lists')) console.log(`${writeTable(await measureLists())}\n`)
if (parts.includes('felt')) console.log(`${writeTable(await measureFelt(Number(values.payments), console.error))}\n`)
if (parts.includes('memory')) console.log(writeTable(await measureMemory(Number(values.total), console.error)))
