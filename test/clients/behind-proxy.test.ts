import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { openAuthority } from '@/lib/emulator/authority'
import { createEmulator } from '@/lib/emulator/emulator'
import { serveEmulator } from '@/lib/emulator/server'
import { writeShellLines } from '@/lib/emulator/shell-lines'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS, FIXED_KEYS } from '../wechat/v3/keys'

const PROGRAMS = [
  ['Node.js', process.execPath, 'behind-proxy.mjs', 'SUCCESS PROCESSING'],
  ['Python', 'python3', 'behind-proxy.py', 'SUCCESS SUCCESS'],
] as const

test.for(PROGRAMS)(
  'an unchanged program in %s with WeChat’s address in it pays and refunds, led by environment variables alone',
  async ([language, command, file, end], { skip }) => {
    if (spawnSync(command, ['--version']).status !== 0) skip(`there is no ${language} here`)
    const folder = mkdtempSync(join(tmpdir(), 'behind-proxy-'))
    const authority = await openAuthority(folder, Date.now)
    const emulator = createEmulator({ keyMaker: FIXED_KEYS })
    const server = await serveEmulator(emulator, { authority })
    await fetch(`${server.url}/_control/accounts`)
    const { hostname, port } = new URL(server.url)
    const lines = writeShellLines({ host: hostname, port: Number(port), ...authority })
    const program = spawn('sh', ['-c', `${lines}\nexec "$0" "$1"`, command, join('test/clients', file)], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        MCHID: DEMO_ACCOUNT.mchId,
        APPID: DEMO_ACCOUNT.appid,
        API_KEY: DEMO_ACCOUNT.apiKey,
        MERCHANT_KEY: DEMO_KEYS.merchant.privateKey,
        MERCHANT_CERTIFICATE: DEMO_KEYS.merchant.certificate,
        MERCHANT_SERIAL: DEMO_KEYS.merchant.serial,
        PLATFORM_CERTIFICATE: DEMO_KEYS.platform.certificate,
        PLATFORM_SERIAL: DEMO_KEYS.platform.serial,
        NUMBER: 'TEA-0001',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(async () => {
      program.kill()
      await server.stop()
      emulator.close()
      rmSync(folder, { recursive: true })
    })
    const said = createInterface(program.stdout)
    expect(await once(said, 'line')).toEqual(['placed'])
    const tap = JSON.stringify({ out_trade_no: 'TEA-0001', outcome: 'success' })
    const headers = { 'content-type': 'application/json' }
    await fetch(`${server.url}/_control/pay`, { method: 'POST', headers, body: tap })
    program.stdin.write('\n')
    expect(await once(said, 'line')).toEqual([end])
  },
)
