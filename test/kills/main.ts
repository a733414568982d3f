import { parseArgs } from 'node:util'
import { openChance } from '../storms/chance'
import { openDisks } from './disk'
import { buildPrograms } from './programs'
import { openServers } from './servers'
import { runWorld, type Strike, VERSIONS } from './world'

/*
 * The long run: `npm run kills -- --kills 200 --cuts 100`. Prints each world of some strikes, and one line at the end;
 * ends with 1 when anything was wrong. With `--database postgres` two processes are one shop, whose database is on a server
 * with a standby; there is no power to cut then. A world pays in API v2, in v3, or goes over from one to the other, in turn;
 * `--version v3` makes all the same. The moments are the machine's, so a seed repeats the plan and not the very run.
 */

const STRIKES_PER_WORLD = 5
const SIGNALS: Strike[] = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGSTOP']

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    cuts: { type: 'string', default: '10' },
    database: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
    version: { type: 'string' },
  },
})
const seed = Number(values.seed)
const chance = openChance(seed)
const servers = values.database === 'postgres' ? await openServers() : null
const strikes = shuffled([
  ...Array.from({ length: Number(values.kills) }, () => chance.pick(SIGNALS)),
  ...Array<Strike>(servers === null ? Number(values.cuts) : 0).fill('cut'),
])
const [programs, disks] = [await buildPrograms(), openDisks()]
if (disks.problem !== null && strikes.includes('cut')) throw new Error(disks.problem)
const total = { worlds: 0, orders: 0, payments: 0, refunds: 0, notifications: 0, violations: 0 }
const startedAt = Date.now()
for (let at = 0; at < strikes.length; at += STRIKES_PER_WORLD) {
  const some = strikes.slice(at, at + STRIKES_PER_WORLD)
  const world = seed * 10_000 + total.worlds
  const version = VERSIONS.find((it) => it === values.version) ?? VERSIONS[world % VERSIONS.length] ?? 'v2'
  const tally = await runWorld(world, some, programs.honest, disks, { servers, version })
  total.worlds += 1
  for (const name of ['orders', 'payments', 'refunds', 'notifications'] as const) total[name] += tally[name]
  total.violations += tally.violations.length
  const { servingMs, violations, ...counted } = tally
  console.log(`world ${world}  ${version}  ${some.join(' ')}  ${line({ ...counted, violations: violations.length })}`)
  for (const violation of tally.violations) console.log(`  ${violation}`)
}
programs.remove()
disks.remove()
await servers?.close()
const counts = Object.fromEntries([...new Set(strikes)].map((it) => [it, strikes.filter((one) => one === it).length]))
console.log(`${line({ ...counts, ...total })}  ${Math.round((Date.now() - startedAt) / 1000)} s`)
process.exit(total.violations === 0 ? 0 : 1)

function line(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

function shuffled<T>(list: T[]): T[] {
  const all = [...list]
  for (let end = all.length - 1; end > 0; end -= 1) {
    const other = chance.below(end + 1)
    const [a, b] = [all[end], all[other]]
    if (a !== undefined && b !== undefined) [all[end], all[other]] = [b, a]
  }
  return all
}
