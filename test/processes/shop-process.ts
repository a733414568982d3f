import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real process of the shop or of the emulator, on files of its own that outlive it. */
export type ShopProcess = {
  url: string
  pid: number | undefined
  output: () => string
  /** Null while it runs, and after a kill. */
  exitCode: () => number | null
  /** Nobody reads what it writes any more. */
  closeOutput: () => void
  /** Ends it as a power switch would, or politely; gives its exit code, null after a kill. */
  end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
  /** Makes it stand still, and lets it go on. */
  signal: (signal: 'SIGSTOP' | 'SIGCONT') => void
}

/** A folder for the data of processes that are started again and again. */
export function dataFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'shop-process-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Runs a program as it is written. */
export const TSX = ['--import', 'tsx']

/** Starts the built shop; ready when it prints its addresses. `TEST_API_VERSION=v3` opens its payments in API v3. */
export function startShop(folder: string, port: number, variables: Record<string, string> = {}): Promise<ShopProcess> {
  return startProcess([...TSX, 'lib/server/main.ts', 'start'], `http://127.0.0.1:${port}`, {
    PORT: String(port),
    PAYMENTS: 'emulator',
    DATABASE_URL: `file:${folder}/shop.db`,
    EMULATOR_DATABASE_URL: `file:${folder}/emulator.db`,
    RATE_LIMITS: 'off',
    WXPAY_API_VERSION: process.env.TEST_API_VERSION ?? 'v2',
    ...variables,
  })
}

export function startEmulator(
  folder: string,
  port: number,
  variables: Record<string, string> = {},
): Promise<ShopProcess> {
  return startProcess([...TSX, 'lib/emulator/main.ts'], `http://127.0.0.1:${port}`, {
    EMULATOR_PORT: String(port),
    EMULATOR_DATABASE_URL: `file:${folder}/emulator.db`,
    ...variables,
  })
}

/** Runs a process to its end, for starts that have to fail. */
export async function runToEnd(args: string[], variables: Record<string, string>) {
  const child = spawnNode([...TSX, ...args], variables)
  const output = collect(child)
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output: output() }
}

/** Starts a program with Node.js; ready when it prints its address. */
export async function startProcess(
  args: string[],
  url: string,
  variables: Record<string, string>,
): Promise<ShopProcess> {
  const child = spawnNode(args, variables)
  const output = collect(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => output().includes(url) && resolve())
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready:\n${output()}`)))
  })
  return {
    url,
    pid: child.pid,
    output,
    exitCode: () => child.exitCode,
    closeOutput: () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exit = once(child, 'exit')
      child.kill(signal)
      const [code] = (await exit) as [number | null]
      return code
    },
    signal: (signal) => void child.kill(signal),
  }
}

function spawnNode(args: string[], variables: Record<string, string>): ChildProcess {
  // Only what a program needs to run at all comes from outside, so that no setting of this machine leaks in.
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, LOG_LEVEL: 'warn', NODE_ENV: 'production' as const, ...variables }
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  const add = (chunk: Buffer) => {
    text += chunk
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return () => text
}

/** Asks again and again until an answer satisfies; for what another process does in its own time. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean, msMax = 20_000): Promise<T> {
  const end = Date.now() + msMax
  for (;;) {
    const answer = await ask()
    if (isRight(answer)) return answer
    if (Date.now() > end) throw new Error(`still not so: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
