import { openChance } from './chance'
import { openFiles } from './files'
import { emulatorOptions } from './stage'
import { runStorm } from './storm'

const files = openFiles(emulatorOptions({ now: Date.now, random: openChance(1).bytes }))
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 100)
const total: Record<string, number> = {}
const t = process.cpuUsage()
let bad = 0
for (let seed = from; seed < from + n; seed++) {
  const lines: string[] = []
  const r = await runStorm(seed, files, n === 1 ? (l) => lines.push(l) : undefined)
  for (const [k, v] of Object.entries(r.counts)) total[k] = (total[k] ?? 0) + v
  if (n === 1) console.log(lines.join('\n'))
  if (r.counts.steps > 800) console.log('long', seed, r.counts.steps)
  if (r.violations.length) {
    bad++
    console.log(
      seed,
      r.violations.slice(0, 4).map((it) => it.slice(0, 400)),
    )
  }
}
const u = process.cpuUsage(t)
console.log({ bad, ms: (u.user + u.system) / 1000 / n, ...total })
files.close()
