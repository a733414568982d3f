import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type Config, readConfig } from '@/lib/config'
import { openRuntime, type Runtime } from '@/lib/runtime'
import { examineAccount } from './examine'
import type { Finding } from './finding'
import { receivedIn } from './received'

/** For `npm run doctor -- --account`: 0 when nothing is wrong, 1 when something is, 2 when it could not be examined. */
export async function runAccountCommand(
  isJson: boolean,
  variables: Record<string, string | undefined> = process.env,
  print: (text: string) => void = console.log,
): Promise<number> {
  const read = readConfig(variables)
  if (!read.ok) {
    print(`These settings are not right:\n  ${read.problems.join('\n  ')}`)
    return 2
  }
  const { config } = read
  const runtime = await openShop(config)
  const findings = await examineAccount(config, {
    now: Date.now,
    newNonce: () => randomBytes(16).toString('hex'),
    wasReceived: runtime && receivedIn(runtime.shop.store),
  })
  await runtime?.close()
  print(isJson ? JSON.stringify({ findings }, null, 2) : writeTable(findings))
  return findings.some((it) => it.state === 'wrong') ? 1 : 0
}

/** Null where there is none to be opened: an examination makes no database. */
async function openShop(config: Config): Promise<Runtime | null> {
  const { databaseUrl } = config
  if (databaseUrl.startsWith('file:') && !existsSync(databaseUrl.slice('file:'.length))) return null
  return openRuntime(config).catch(() => null)
}

export function writeTable(findings: Finding[]): string {
  const width = Math.max(...findings.map((it) => it.subject.length))
  return findings.map((it) => `${it.state.padEnd(8)}  ${it.subject.padEnd(width)}  ${it.text}`).join('\n')
}
