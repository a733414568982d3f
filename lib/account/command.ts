import { randomBytes } from 'node:crypto'
import { readConfig } from '@/lib/config'
import { openRuntime } from '@/lib/runtime'
import { examineAccount } from './examine'
import type { Finding } from './finding'
import { receivedIn } from './received'

/** For `npm run doctor -- --account`: 0 when nothing is wrong, 1 when something is, 2 when it could not be examined. */
export async function runAccountCommand(isJson: boolean): Promise<number> {
  const read = readConfig(process.env)
  if (!read.ok) {
    console.error(`These settings are not right:\n  ${read.problems.join('\n  ')}`)
    return 2
  }
  const { config } = read
  const runtime = await openRuntime(config).catch((error: unknown) => {
    console.error(`The shop's database cannot be opened: ${error instanceof Error ? error.message : error}`)
    return null
  })
  const findings = await examineAccount(config, {
    now: Date.now,
    newNonce: () => randomBytes(16).toString('hex'),
    wasReceived: runtime && receivedIn(runtime.shop.store),
  })
  await runtime?.close()
  console.log(isJson ? JSON.stringify({ findings }, null, 2) : writeTable(findings))
  return findings.some((it) => it.state === 'wrong') ? 1 : 0
}

export function writeTable(findings: Finding[]): string {
  const width = Math.max(...findings.map((it) => it.subject.length))
  return findings.map((it) => `${it.state.padEnd(8)}  ${it.subject.padEnd(width)}  ${it.text}`).join('\n')
}
