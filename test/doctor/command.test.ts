import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DoctorError } from '@/lib/doctor/control'
import { examineNotifyUrl } from '@/lib/doctor/notify-url'
import { HELP, type Options, readOptions } from '@/lib/doctor/options'
import { listen, startEmulator } from '../clients/server'
import { type Merchant, openMerchant, SOUND } from './merchant'

const NOTIFY = ['--notify-url', 'http://127.0.0.1:8080/notify']

/** A program on a free port with an emulator on another, and the options that lead the doctor there. */
async function serve(parts: Partial<Merchant> = {}) {
  const emulator = await startEmulator()
  const url = await listen(async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const [, of = '', number = '', what] = pathname.split('/')
    if (of !== 'orders') return merchant.fetch(request)
    if (what === 'close') await merchant.close(number)
    else if (request.method === 'POST') await merchant.place(Number(searchParams.get('fee') ?? 8800))
    return Response.json({ order: { status: (await merchant.isPaid(number)) ? 'paid' : 'open' } })
  })
  const merchant = openMerchant({ ...SOUND, ...parts }, (request) => fetch(led(request, emulator.url)), url)
  const status = ['--status-url', `${url}/orders/{out_trade_no}`, '--paid-json', 'order.status=paid']
  const hooks = ['--make-order', `${url}/orders?fee={total_fee}`, '--close-order', `${url}/orders/{out_trade_no}/close`]
  return {
    merchant,
    emulator,
    url,
    args: ['--notify-url', merchant.notifyUrl, '--emulator', emulator.url],
    status,
    hooks,
  }
}

/** The same call to another host. */
function led(request: Request, url: string): Request {
  return new Request(request.url.replace('https://api.mch.weixin.qq.com', url), request)
}

async function run(args: string[]): Promise<{ isGood: boolean; text: string }> {
  const lines: string[] = []
  const isGood = await examineNotifyUrl(optionsOf(args), (text) => void lines.push(text))
  return { isGood, text: lines.join('\n') }
}

function optionsOf(args: string[]): Options {
  const read = readOptions([...args, '--settle', '0'])
  if (!read.ok || read.options === 'help' || 'isAccount' in read.options) throw new Error(JSON.stringify(read))
  return read.options
}

test('over HTTP, a program that does everything right passes', async () => {
  const { args, status, hooks } = await serve()
  const only = ['--only', 'forged,genuine,repeated,query fails,at once,late money,early,float amount']
  const { isGood, text } = await run([...args, ...status, ...hooks, ...only, '--strict'])
  expect(text).toMatch(/8 ok, 0 failed, 0 not played: 0 weaknesses$/)
  expect(isGood).toBe(true)
})

test('what is wrong is told with what happened, what it costs, the rule and how to mend it', async () => {
  const { args, status, hooks } = await serve({ isAmount: () => true })
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const junit = join(folder, 'report.xml')
  const only = ['--only', 'genuine,other amount taken']
  const { isGood, text } = await run([...args, ...status, ...hooks, ...only, '--junit', junit])
  expect(isGood).toBe(false)
  expect(text).toMatch(/genuine +SUCCESS +\d+ ms +yes +yes +ok\n/)
  expect(text).toMatch(/other amount taken +SUCCESS +\d+ ms +yes +yes +FAILED\n/)
  expect(text).toMatch(
    /1\. It does not compare the amount\n {3}happened [\s\S]+ {3}costs [\s\S]+ {3}rule [\s\S]+ {3}mend /,
  )
  expect(readFileSync(junit, 'utf8')).toMatch(
    /tests="2" failures="1"[\s\S]+<failure message="It does not compare the amount">/,
  )
})

test('the report for programs has every case, and what could not be played says why', async () => {
  const { args, merchant, emulator } = await serve()
  await merchant.place(8800)
  const { isGood, text } = await run([...args, '--json', '--only', 'forged,repeated,late money,early,refund'])
  const report = JSON.parse(text)
  expect(isGood).toBe(true)
  expect(report).toMatchObject({ notify_url: merchant.notifyUrl, emulator: emulator.url, weaknesses: [] })
  const why = report.cases.map((it: Record<string, unknown>) => [it.name, it.outcome, it.why_not_played])
  expect(why).toEqual([
    ['forged', 'passed', null],
    ['repeated', 'not_played', 'the case before it was not played'],
    ['late money', 'not_played', expect.stringContaining('--status-url')],
    ['early', 'not_played', 'it needs --make-order'],
    ['refund', 'not_played', 'it needs a refund that the program asked for'],
  ])
  expect((await run([...args, '--only', 'early', '--strict'])).isGood).toBe(false)
})

test('payments of another program on this machine are left alone, and those under a public name are used', async () => {
  const { args, emulator, status } = await serve()
  const other = openMerchant(SOUND, (request) => fetch(led(request, emulator.url)), 'http://127.0.0.1:9')
  await other.place(8800)
  await expect(run([...args, ...status])).rejects.toThrow('Its open payments name http://127.0.0.1:9/notify.')
  const known = openMerchant(SOUND, (request) => fetch(led(request, emulator.url)), 'https://shop.example')
  await known.place(8800)
  expect((await run([...args, '--only', 'forged'])).text).toContain('1 open payment in the ledger')
})

test('what an examination before left behind is not used, and said', async () => {
  const { args, status, merchant } = await serve({ confirm: async (it) => ({ ...it, trade_state: 'SUCCESS' }) })
  for (let count = 0; count < 4; count += 1) await merchant.place(8800)
  const again = async () => (await run([...args, ...status, '--only', 'contradicted,genuine,repeated'])).text
  expect(await again()).toContain('4 open payments in the ledger')
  expect(await again()).toMatch(/2 open payments in the ledger.*\n {2}not used: 1 that nobody paid/)
})

test('the faults that were set before are set again afterwards', async () => {
  const { args, merchant, emulator } = await serve()
  await merchant.place(8800)
  await merchant.place(8800)
  const faults = { seed: 'monday', latencyMs: { value: 1, count: 9 }, orders: { T1: { lose: 2 } } }
  const control = (init?: RequestInit) => fetch(`${emulator.url}/_control/faults`, init)
  const headers = { 'content-type': 'application/json' }
  await control({ method: 'PUT', headers, body: JSON.stringify(faults) })
  await run([...args, '--only', 'forged,query fails'])
  expect(await (await control()).json()).toEqual(faults)
})

test('a status that cannot be read, an emulator that is not there and a program without orders end it', async () => {
  const { args, url, merchant } = await serve()
  const ending = async (more: string[]): Promise<string> => {
    const error = await run([...args, ...more]).catch((it: unknown) => it)
    return error instanceof DoctorError ? error.message : `no reason: ${JSON.stringify(error)}`
  }
  expect(await ending([])).toContain('It has no open payment at all.')
  await merchant.place(8800)
  await merchant.place(8800)
  expect(await ending(['--notify-url', `${url}/other`])).toContain(`Its open payments name ${merchant.notifyUrl}.`)
  const status = ['--status-url', `${url}/orders/{out_trade_no}`]
  expect(await ending([...status, '--paid-json', 'status=paid'])).toContain('has no status')
  expect(await ending([...status, '--paid-json', 'order.status=open'])).toContain('check --paid-json')
  expect(await ending(['--emulator', `${url}/orders`])).toContain('is no emulator of this version')
  expect(await ending(['--emulator', 'http://127.0.0.1:9'])).toContain('No emulator answers at http://127.0.0.1:9')
  const unwritable = ['--junit', join(tmpdir(), 'nowhere', 'report.xml'), '--only', 'forged']
  expect(await ending(unwritable)).toContain('The report cannot be written: ENOENT')
  const failing = ['--make-order', `${url}/nowhere`, '--only', 'genuine,float amount']
  expect(await ending(failing)).toContain('the emulator got no new order')
})

test('an order that a command of the shell places is one too', async () => {
  const { args, url, status } = await serve()
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const place = `fetch('${url}/orders?fee=' + process.env.TOTAL_FEE, { method: 'POST' })`
  const command = `"${process.execPath}" -e "${place}" && touch ${folder}/done`
  const { text } = await run([...args, ...status, '--make-order', command, '--only', 'float amount', '--strict'])
  expect(text).toContain('1 ok, 0 failed, 0 not played')
  expect(existsSync(join(folder, 'done'))).toBe(true)
  const failed = run([...(await serve()).args, '--make-order', 'exit 3'])
  await expect(failed).rejects.toThrow('--make-order failed: the command ended with 3')
})

test.each([
  [[], '--notify-url must be given'],
  [['--notify-url', 'notify'], '--notify-url must be an http or https address'],
  [['--notify-url', 'http://shop.example/notify'], '--notify-url names shop.example, which is not this machine'],
  [[...NOTIFY, '--emulator', 'http://10.0.0.1:4000'], '--emulator names 10.0.0.1, which is not this machine'],
  [[...NOTIFY, '--status-url', 'http://127.0.0.1/orders'], '--status-url must have {out_trade_no}'],
  [
    [...NOTIFY, '--status-url', 'http://127.0.0.1/{out_trade_no}'],
    '--status-url needs either --paid-json or --paid-text',
  ],
  [[...NOTIFY, '--paid-text', 'paid'], '--paid-text needs --status-url'],
  [[...NOTIFY, '--paid-json', 'paid'], '--paid-json must be like order.status=paid'],
  [[...NOTIFY, '--paid-text', '('], '--paid-text must be a regular expression'],
  [[...NOTIFY, '--only', 'forgery'], '--only names a case that does not exist: forgery'],
  [[...NOTIFY, '--paid-within', 'soon'], '--paid-within must be a number of seconds'],
  [[...NOTIFY, '--make-order', ' '], '--make-order must be an address or a command'],
  [[...NOTIFY, '--junit'], "Option '--junit <value>' argument missing"],
  [[...NOTIFY, '--unheard-of'], "Unknown option '--unheard-of'"],
  [['http://127.0.0.1:8080/notify'], 'Unexpected argument'],
])('%j is answered by what is wrong about it', (args, said) => {
  const read = readOptions(args)
  expect(read.ok ? [] : read.problems.join('\n')).toContain(said)
})

test('--account is a command of its own, and takes no option of the other', () => {
  expect(readOptions(['--account', '--json'])).toEqual({ ok: true, options: { isAccount: true, isJson: true } })
  expect(readOptions(['--account', ...NOTIFY])).toEqual({
    ok: false,
    problems: ['--notify-url means nothing with --account'],
  })
})

test('another host is examined by whoever says that it is theirs, and help names every option', () => {
  const args = ['--notify-url', 'https://shop.example/notify', '--host-is-mine']
  expect(optionsOf(args).notifyUrl).toBe('https://shop.example/notify')
  expect(readOptions(['-h'])).toEqual({ ok: true, options: 'help' })
  const named = [...HELP.matchAll(/--[a-z-]+/g)].map(([name]) => name)
  const missing = named.filter((name) => {
    const read = readOptions([name])
    return !read.ok && read.problems.some((it) => it.startsWith(`Unknown option '${name}'`))
  })
  expect(missing).toEqual([])
})
