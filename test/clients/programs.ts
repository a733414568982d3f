import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openAuthority } from '@/lib/emulator/authority'
import { writeShellLines } from '@/lib/emulator/shell-lines'
import { startEmulator } from '@/lib/emulator/testing'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS, FIXED_KEYS } from '../wechat/v3/keys'

/** A program in some language that has WeChat Pay's address in its code. */
export type Program = {
  language: string
  command: string
  /** How the command is asked for its version. */
  version: string
  /** What stands behind the command, as a shell reads it; `$SSL_CERT_FILE` is the authority's certificate. */
  arguments: string
  /** What it says at its end when it has paid and refunded. */
  end: string
}

const inClients = (file: string) => join('test/clients', file)
/** PHP has no variable for whom it trusts. */
const PHP_TRUSTS = '-d curl.cainfo="$SSL_CERT_FILE" -d openssl.cafile="$SSL_CERT_FILE"'
const V2 = 'SUCCESS SUCCESS'

export const PROGRAMS: Program[] = [
  {
    language: 'Node.js',
    command: process.execPath,
    version: '--version',
    arguments: inClients('behind-proxy.mjs'),
    end: 'SUCCESS PROCESSING',
  },
  { language: 'Python', command: 'python3', version: '--version', arguments: inClients('behind-proxy.py'), end: V2 },
  { language: 'Java', command: 'java', version: '--version', arguments: inClients('BehindProxy.java'), end: V2 },
  { language: 'Go', command: 'go', version: 'version', arguments: `run ${inClients('behind-proxy.go')}`, end: V2 },
  {
    language: 'PHP',
    command: 'php',
    version: '--version',
    arguments: `${PHP_TRUSTS} ${inClients('behind-proxy.php')}`,
    end: V2,
  },
]

/** Libraries of npm that no setting leads elsewhere; through a proxy they show no certificate, so that they do not refund. */
export const LIBRARIES: Program[] = ['weixin-pay', 'weixinpay', 'wechat-pay'].map((name) => ({
  language: name,
  command: process.execPath,
  version: '--version',
  arguments: `${inClients('behind-proxy.cjs')} ${name}`,
  end: 'SUCCESS 8800',
}))

/** The first line that the command says of its version; null where there is none. */
export function versionOf({ command, version }: Program): string | null {
  const { status, stdout } = spawnSync(command, [version], { encoding: 'utf8' })
  return status === 0 ? (stdout.split('\n')[0] ?? '') : null
}

/**
 * Starts the program in a shell that has read the lines of `--env`, taps on the phone when it has placed its order, and
 * gives what it says at its end.
 */
export async function watchBehindProxy(program: Program, more: Record<string, string> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'behind-proxy-'))
  const wechat = await startEmulator({ keyMaker: FIXED_KEYS, proxyFolder: folder })
  await wechat.accounts()
  const { hostname, port } = new URL(wechat.url)
  const lines = writeShellLines({ host: hostname, port: Number(port), ...(await openAuthority(folder, Date.now)) })
  const child = spawn('sh', ['-c', `${lines}\nexec "$0" ${program.arguments}`, program.command], {
    env: { ...clientEnvironment(), ...more, NODE_ENV: 'test' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = once(child, 'exit')
  try {
    const said = createInterface(child.stdout)[Symbol.asyncIterator]()
    if ((await said.next()).value !== 'placed') return complaints
    await wechat.pay('TEA-0001')
    child.stdin.write('\n')
    const { value } = await said.next()
    return value ?? complaints
  } finally {
    child.kill()
    await ended
    await wechat.stop()
    rmSync(folder, { recursive: true })
  }
}

/** What a merchant's program is configured with, and what any program needs to run at all. */
function clientEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  const { merchant, p12, platform } = DEMO_KEYS
  return {
    PATH,
    HOME,
    MCHID: DEMO_ACCOUNT.mchId,
    APPID: DEMO_ACCOUNT.appid,
    API_KEY: DEMO_ACCOUNT.apiKey,
    V3_KEY: DEMO_KEYS.v3Key,
    MERCHANT_KEY: merchant.privateKey,
    MERCHANT_CERTIFICATE: merchant.certificate,
    MERCHANT_SERIAL: merchant.serial,
    MERCHANT_P12: p12,
    PLATFORM_CERTIFICATE: platform.certificate,
    PLATFORM_SERIAL: platform.serial,
    NUMBER: 'TEA-0001',
  }
}
