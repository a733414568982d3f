import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { withDeadline } from '@/lib/net/deadline'
import { DoctorError, type Fetch } from './control'
import { fillIn } from './status'

const HOOK_MS_MAX = 30_000

/**
 * Something that the program is made to do: a POST to an address, in which `{name}` is filled in, or a command of the
 * shell, which finds the values in its environment.
 */
export function createHook(
  fetch: Fetch,
  option: string,
  address: string,
): (values: Record<string, string>) => Promise<void> {
  const isAddress = /^https?:\/\//.test(address)
  return async (values) => {
    const failure = isAddress ? await postTo(fetch, fillIn(address, values)) : await run(address, values)
    if (failure !== null) throw new DoctorError(`${option} failed: ${failure}`)
  }
}

async function postTo(fetch: Fetch, url: string): Promise<string | null> {
  const late = `${url} did not answer within ${HOOK_MS_MAX / 1000} s`
  return withDeadline(HOOK_MS_MAX, late, async (signal) => {
    const response = await fetch(new Request(url, { method: 'POST', signal, redirect: 'manual' }))
    await response.arrayBuffer()
    return response.status < 400 ? null : `${url} answered ${response.status}`
  }).catch((error: unknown) => `${url} did not answer: ${error instanceof Error ? error.message : String(error)}`)
}

async function run(command: string, values: Record<string, string>): Promise<string | null> {
  const own = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toUpperCase(), value]))
  const child = spawn(command, {
    shell: true,
    env: { ...process.env, ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: HOOK_MS_MAX,
  })
  const [code, signal]: unknown[] = await once(child, 'exit')
  if (signal === 'SIGTERM') return `the command did not end within ${HOOK_MS_MAX / 1000} s`
  return code === 0 ? null : `the command ended with ${String(code ?? signal)}`
}
