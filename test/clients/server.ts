import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/emulator/accounts'
import { createEmulator } from '@/lib/emulator/emulator'

/** An emulator that programs of any kind can reach: real HTTP, on a port that was free. */
export async function startEmulator() {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-'))
  const emulator = createEmulator({
    databaseUrl: `file:${join(folder, 'ledger.db')}`,
    accounts: [DEMO_ACCOUNT],
    basePath: '',
    now: Date.now,
    random: randomBytes,
    deliveryOrigins: [],
    isOpen: false,
    log: (_event, error) => {
      throw error
    },
  })
  onTestFinished(() => {
    emulator.close()
    rmSync(folder, { recursive: true })
  })
  const url = await listen((request) => emulator.fetch(request))

  async function control(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/_control/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
  }
  return {
    url,
    pay: (outTradeNo: string) => control('pay', { out_trade_no: outTradeNo, outcome: 'success' }),
    /** Lets time pass, with every delivery that falls due. */
    advance: (seconds: number) => control('clock', { advanceSeconds: seconds }),
  }
}

/** Serves a function over HTTP until the test ends; gives its address. */
export async function listen(fetch: (request: Request) => Promise<Response>): Promise<string> {
  const server = createAdaptorServer({ fetch })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
