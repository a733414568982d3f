import { masker } from './mask'
import { textOf } from './output'

/** What is needed of the process. */
type Program = {
  removeAllListeners: (event: 'uncaughtException') => unknown
  on: (event: 'uncaughtException', hear: (error: unknown) => void) => unknown
  stdout: Stream
  stderr: Stream & { write: (text: string) => unknown }
  exit: (code: number) => unknown
}
type Stream = { on: (event: 'error', hear: () => void) => unknown }

/**
 * An error that nobody caught may have left anything half done, so the process says so in one line and ends: whoever
 * supervises it starts it anew, and what it acknowledged is on the disk. Next.js would go on. A promise that fails and that
 * nobody waits for is only told in the log: Next.js gives up promises in the middle of a page, a client could make it do so,
 * and a step of the store is written whole or not at all. That nobody reads the output is no error.
 */
export function endOnUncaught(program: Program, secrets: readonly string[]): void {
  const mask = masker(secrets)
  for (const stream of [program.stdout, program.stderr]) stream.on('error', () => {})
  program.removeAllListeners('uncaughtException')
  program.on('uncaughtException', (error) => {
    const text = textOf(error, [], mask).replaceAll(/\s+/g, ' ')
    program.stderr.write(`Nobody caught an error, and the shop ends: ${text}\n`)
    program.exit(1)
  })
}
