import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { order } from '../emulator/wechat'
import { freePort, startProcess, TSX } from './shop-process'

const BINDING = 'better-sqlite3/build/Release/better_sqlite3.node'
const folder = mkdtempSync(join(tmpdir(), 'package-'))
const run = (command: string, args: string[], cwd = folder) => execFileSync(command, args, { cwd, encoding: 'utf8' })
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  run(process.execPath, [...TSX, 'lib/emulator/package/build.ts'], '.')
  const [packed] = JSON.parse(run('npm', ['pack', './.package', '--json', '--pack-destination', folder], '.'))
  expect(packed.size).toBeLessThan(1_000_000)
  run('npm', ['install', packed.filename, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'])
  // Compiling it takes more than a minute, and it is what this project has been installed with.
  mkdirSync(join(folder, 'node_modules', BINDING, '..'), { recursive: true })
  copyFileSync(join('node_modules', BINDING), join(folder, 'node_modules', BINDING))
})

const signed = (fields: Fields) => writeXml({ ...fields, sign: sign(fields, DEMO_ACCOUNT.apiKey, 'MD5') })
const PLACED = signed({ ...order(), out_trade_no: 'TEA-0001' })
const { appid, mchId: mch_id } = DEMO_ACCOUNT
const QUERY = signed({ appid, mch_id, nonce_str: 'n', out_trade_no: 'TEA-0001' })
const TAP = JSON.stringify({ out_trade_no: 'TEA-0001', outcome: 'success' })

test('what is installed is the emulator and its database, and nothing of the shop, Next.js or React', () => {
  const installed = readdirSync(join(folder, 'node_modules'))
  expect(installed).toContain('better-sqlite3')
  expect(installed.filter((it) => /next|react|hono|zod|tailwind/.test(it))).toEqual([])
  const bundle = readFileSync(join(folder, 'node_modules/wechat-pay-emulator/index.js'), 'utf8')
  expect(bundle).not.toMatch(/require\("(?!node:|better-sqlite3)[^"]*(react|next)/)
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  const own = JSON.parse(readFileSync(join(folder, 'node_modules/wechat-pay-emulator/package.json'), 'utf8'))
  expect(own.dependencies).toEqual({ 'better-sqlite3': dependencies['better-sqlite3'] })
})

test('the command plays WeChat Pay: an order is placed, paid and queried', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const args = [join(folder, 'node_modules/.bin/wechat-pay-emulator'), '--port', new URL(url).port]
  const command = await startProcess(args, url, { EMULATOR_DATABASE_URL: `file:${folder}/emulator.db` })
  onTestFinished(async () => {
    await command.end('SIGKILL')
  })
  const post = async (path: string, body: string, type = 'text/xml') =>
    (await fetch(url + path, { method: 'POST', body, headers: { 'content-type': type } })).text()
  expect(await post('/pay/unifiedorder', PLACED)).toContain('weixin://wxpay/bizpayurl')
  await post('/_control/pay', TAP, 'application/json')
  expect(await post('/pay/orderquery', QUERY)).toContain('<trade_state><![CDATA[SUCCESS]]></trade_state>')
  expect(command.output()).toContain('npx wechat-pay-emulator --env')
  expect(await command.end('SIGTERM')).toBe(0)
})

test('createEmulator() is a whole WeChat Pay in a program of either kind of module', () => {
  const program = `
    const emulator = createEmulator()
    const post = async (path, body, type = 'text/xml') => (await emulator.fetch(
      new Request('http://127.0.0.1' + path, { method: 'POST', body, headers: { 'content-type': type } }))).text()
    const play = async () => {
      await post('/pay/unifiedorder', ${JSON.stringify(PLACED)})
      await post('/_control/pay', ${JSON.stringify(TAP)}, 'application/json')
      console.log(await post('/pay/orderquery', ${JSON.stringify(QUERY)}))
      emulator.close()
    }
    play()`
  writeFileSync(join(folder, 'old.cjs'), `const { createEmulator } = require('wechat-pay-emulator')\n${program}`)
  writeFileSync(join(folder, 'new.mjs'), `import { createEmulator } from 'wechat-pay-emulator'\n${program}`)
  for (const file of ['old.cjs', 'new.mjs']) {
    expect(run(process.execPath, [file])).toContain('<trade_state><![CDATA[SUCCESS]]></trade_state>')
  }
})

test('the program in README is right by the types of the package, and does what it says', async () => {
  const [, program = ''] = /```ts\n(import[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? []
  const port = await freePort()
  writeFileSync(join(folder, 'minute.mts'), program.replaceAll('8765', String(port)))
  // As a source of its own its types are checked too, and not only those of the program.
  copyFileSync(join(folder, 'node_modules/wechat-pay-emulator/index.d.ts'), join(folder, 'surface.ts'))
  const options = '--target es2023 --module node20 --strict --types node --skipLibCheck --pretty false'
  const types = ['--typeRoots', resolve('node_modules/@types')]
  const compiler = resolve('node_modules/typescript/bin/tsc')
  run(process.execPath, [compiler, ...options.split(' '), ...types, 'minute.mts', 'surface.ts'])
  const said = run(process.execPath, ['minute.mjs'])
  expect(said).toMatch(/^http:\/\/127\.0\.0\.1:\d+ stands for https:\/\/api\.mch\.weixin\.qq\.com\naccepted 1\n$/)
})
