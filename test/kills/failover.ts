import { parseArgs } from 'node:util'
import { openDisks } from './disk'
import { buildPrograms } from './programs'
import { openServers } from './servers'
import { runWorld, type Strike, type Tally } from './world'

/*
 * `npm run failover -- --rounds 10`: a shop of two processes on a primary with a synchronous standby. While customers pay,
 * the primary is killed and the standby promoted; then the old primary comes back and is asked to write, and the new one
 * gets a standby of its own. Between the rounds a server is restarted, or crashes, or a process of the shop is killed.
 * `--bin /usr/lib/postgresql/15/bin` takes that PostgreSQL. Ends with 1 when anything was wrong.
 */

const BETWEEN: Strike[] = ['SIGKILL', 'restart', 'crash']
const ROUNDS_PER_WORLD = 5
/** What breaks when something that was said is not there any more, and when something is there twice. */
const LOST = /^(I2|I3|I4|I5|I10) |^a customer was told/
const DOUBLED = /^(I8|I14|I17|I18|I19) /

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    bin: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const [programs, disks, servers] = [await buildPrograms(), openDisks(), await openServers(values.bin)]
const tallies: Tally[] = []
const seconds: number[] = []
const startedAt = Date.now()
for (let done = 0; done < rounds; ) {
  const some = Math.min(ROUNDS_PER_WORLD, rounds - done)
  const strikes = Array.from({ length: some }, (_, n): Strike[] => [
    'failover',
    BETWEEN[n % BETWEEN.length] ?? 'SIGKILL',
  ])
  const tally = await runWorld(Number(values.seed) * 10_000 + done, strikes.flat(), programs.honest, disks, { servers })
  done += some
  tallies.push(tally)
  seconds.push(...servingAgain(strikes.flat(), tally))
  console.log(`${done} of ${rounds} rounds: ${summary([tally])}`)
  for (const violation of tally.violations) console.log(`  ${violation}`)
}
programs.remove()
disks.remove()
await servers.close()
const slowest = seconds.toSorted((a, b) => a - b)
const middle = slowest[Math.floor(slowest.length / 2)] ?? 0
console.log(`${rounds} primaries killed, their standbys promoted: ${summary(tallies)}`)
console.log(`serving again after ${middle.toFixed(1)} s (median), ${(slowest.at(-1) ?? 0).toFixed(1)} s at most`)
console.log(`${Math.round((Date.now() - startedAt) / 1_000)} s`)
process.exit(tallies.every(({ violations }) => violations.length === 0) ? 0 : 1)

/** Seconds from each killed primary to the first order that was written down after it. */
function servingAgain(strikes: Strike[], { servingMs }: Tally): number[] {
  const ofServers = strikes.filter((strike) => strike !== 'SIGKILL')
  return servingMs.filter((_, n) => ofServers[n] === 'failover').map((ms) => ms / 1_000)
}

function summary(all: Tally[]): string {
  const sum = (name: 'orders' | 'payments' | 'refunds' | 'notifications' | 'acknowledged') =>
    all.reduce((total, tally) => total + tally[name], 0)
  const found = all.flatMap(({ violations }) => violations)
  const [lost, doubled] = [LOST, DOUBLED].map((ids) => found.filter((line) => ids.test(line)).length)
  return (
    `orders ${sum('orders')}, payments ${sum('payments')}, refunds ${sum('refunds')}, ` +
    `notifications ${sum('notifications')}, acknowledged ${sum('acknowledged')}, ` +
    `lost ${lost}, doubled ${doubled}, violations ${found.length}`
  )
}
