import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from '@/lib/server/log'
import { boundOutput } from '@/lib/server/output'

const SECRET = 'c0ffeec0ffeec0ffeec0ffeec0ffee00'
const MINUTE_MS = 60_000

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function bound() {
  const lines: string[] = []
  const unbound = () => {
    throw new Error('this line is not bounded')
  }
  const output = { debug: unbound, dir: unbound, error: unbound, info: unbound, log: unbound, warn: unbound }
  let exit = () => {}
  const program = {
    once(_: 'exit', end: () => void) {
      exit = end
    },
  }
  const log = openLog('info', [], { write: (line) => void lines.push(line) })
  boundOutput({ output, log, secrets: [SECRET], program })
  const told = () => lines.map((line): { level: number; msg: string } => JSON.parse(line))
  return { output: output as Pick<Console, keyof typeof output>, lines, told, exit: () => exit() }
}

test('what others write stands in the log as one line each, as urgent as they meant it', () => {
  const { output, told } = bound()
  output.log('ready in %d ms', 5)
  output.debug('a')
  output.info('b')
  output.dir({ c: 1 })
  output.warn('slow')
  output.error(new TypeError('first\nsecond'))
  expect(told()).toMatchObject([
    { level: 30, msg: 'output', text: 'ready in 5 ms' },
    { level: 30, text: 'a' },
    { level: 30, text: 'b' },
    { level: 30, text: '{ c: 1 }' },
    { level: 40, text: 'slow' },
    { level: 50, msg: 'output', err: expect.stringMatching(/^TypeError: first\nsecond\n +at /) },
  ])
})

test('after sixty lines in a minute the rest is only counted, and the next minute begins anew', () => {
  const { output, told, lines } = bound()
  for (let at = 0; at < 10_000; at += 1) output.error(`failed ${at}`)
  expect(lines).toHaveLength(60)
  vi.advanceTimersByTime(MINUTE_MS)
  expect(told().slice(60)).toMatchObject([{ level: 40, msg: 'output_left_out', lines: 9_940 }])
  output.error('failed again')
  expect(told().at(-1)).toMatchObject({ err: 'failed again' })
  vi.advanceTimersByTime(10 * MINUTE_MS)
  expect(lines).toHaveLength(62)
})

test('a process that ends still says how many lines it left out', () => {
  const { output, told, exit } = bound()
  for (let at = 0; at < 61; at += 1) output.warn('failed')
  exit()
  expect(told().at(-1)).toMatchObject({ msg: 'output_left_out', lines: 1 })
})

test('a line is cut, however much somebody made of it', () => {
  const { output, lines } = bound()
  output.error(new Error('x'.repeat(1_000_000)))
  output.error('\u0000'.repeat(1_000_000))
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(13_000)
})

test('a text that is all names is searched for secrets in no time to speak of', () => {
  const { output, lines } = bound()
  for (let at = 0; at < 20; at += 1) output.error('key-sign_token'.repeat(100_000))
  expect(lines).toHaveLength(20)
})

test.each([
  `openid=${SECRET.slice(1)}&x=1`,
  `{"paySign":"${SECRET.slice(1)}"}`,
  `{ token: '${SECRET.slice(1)}', x: 1 }`,
  `<sign><![CDATA[${SECRET.slice(1)}]]></sign>`,
  `<sign>${SECRET.slice(1)}</sign>`,
  `Cookie: a=1; session=${SECRET.slice(1)}`,
  `{ cookie: 'a=1; session=${SECRET.slice(1)}' }`,
  `Authorization: Bearer ${SECRET.slice(1)}`,
  `GET /orders/1?token=${SECRET.slice(1)} failed`,
  `new_password: ${SECRET.slice(1)}`,
])('a secret is masked where it has its name: %s', (text) => {
  const { output, lines } = bound()
  output.error(text)
  output.error(new Error(text))
  output.log({ text })
  expect(lines.join()).not.toContain(SECRET.slice(1))
})

test('the shop’s own keys are masked wherever they stand, also where a line is cut', () => {
  const { output, lines } = bound()
  output.error(`it was ${SECRET}.`)
  output.log([SECRET])
  output.error('x'.repeat(1_980) + SECRET)
  expect(lines).toHaveLength(3)
  expect(lines.join()).not.toContain(SECRET.slice(0, 8))
})
