import { parseArgs } from 'node:util'
import { ATTACKS } from './attacks'
import { layTo, type Outcome } from './siege'

/*
 * The long run: `npm run attack`, or one of them: `npm run attack -- --only flood --connections 500 --seconds 30`. Prints a
 * table: what was tried, and how long genuine notifications waited meanwhile.
 */

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    connections: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    messages: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '0' },
  },
})
const [connections, seconds] = [Number(values.connections), Number(values.seconds)]
const names = values.only === undefined ? [...Object.keys(ATTACKS), 'burst'] : values.only.split(',')
const everyMs = 100
const messages = names.includes('burst') ? Number(values.messages) : 0
const siege = await layTo(messages + names.length * Math.ceil((seconds * 1_000) / everyMs))
await siege.setLatency(Number(values.latency))
const rows: Outcome[] = []
for (const name of names) {
  const row =
    name === 'burst' ? await siege.burst(messages, 200) : await siege.attack(name, { connections, seconds, everyMs })
  console.log(JSON.stringify(row))
  rows.push(row)
}
await siege.close()
console.table(rows)
