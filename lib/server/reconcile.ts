import { existsSync } from 'node:fs'
import { readConfig } from '@/lib/config'
import { openRuntime } from '@/lib/runtime'
import { HELP, readArguments, reconcileDay, whyNoBill } from './reconcile-day'

/* What `npm run reconcile` starts, also while the shop runs. */

process.umask(0o077)
process.exitCode = await main().catch((error: unknown) => {
  return fail(1, `Nothing was compared: ${error instanceof Error ? error.message : error}.`)
})

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2))
  if (asked === 'help') {
    console.log(HELP)
    return 0
  }
  if ('mistake' in asked) return fail(2, asked.mistake)
  const read = readConfig(process.env)
  if (!read.ok) return fail(1, `These settings are not right:\n  ${read.problems.join('\n  ')}`)
  const { databaseUrl, payments } = read.config
  const why = whyNoBill({ now: Date.now }, asked.day, payments === 'wechat')
  if (why !== null) return fail(1, why)
  // Opening would make a new shop where none is.
  const path = databaseUrl.replace(/^file:/, '')
  if (databaseUrl.startsWith('file:') && !existsSync(path)) {
    return fail(1, `There is no shop at ${path}; DATABASE_URL says where.`)
  }
  const { shop, close } = await openRuntime(read.config)
  try {
    return (await reconcileDay(shop, asked.day, console.log)) ? 0 : 1
  } finally {
    await close()
  }
}

function fail(status: number, message: string): number {
  console.error(message)
  return status
}
