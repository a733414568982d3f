import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLog } from '@/lib/server/log'

const SECRET = 'c0ffee'
const SECRET_KEY = 'a "key" of 32 characters, all told'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function opened(level = 'info') {
  const lines: string[] = []
  return { log: openLog(level, [SECRET_KEY], { write: (line) => void lines.push(line) }), lines }
}

test.each(['sign', 'api_key', 'authorization', 'cookie', 'password', 'token', 'openid', 'req_info'])(
  'a line of the log masks %s wherever it stands, and keeps the rest',
  (name) => {
    const { log, lines } = opened()
    log.info('asked', { [name]: SECRET, path: '/pay' })
    log.error('failed', Object.assign(new Error('no'), { [name]: SECRET, answer: { [name]: SECRET } }), { at: 1 })
    expect(lines.join()).not.toContain(SECRET)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { msg: 'asked', path: '/pay', [name]: '***' },
      { msg: 'failed', at: 1, err: { message: 'no', [name]: '***', answer: { [name]: '***' } } },
    ])
  },
)

test('below its level the log is silent', () => {
  const { log, lines } = opened('warn')
  log.info('nothing', {})
  log.warn('something', {})
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['something'])
})

test('a secret of the shop is masked under whatever name it stands', () => {
  const { log, lines } = opened()
  log.warn('asked', { url: `/pay?x=${SECRET_KEY}` })
  log.error('failed', new Error(`no ${SECRET_KEY}`))
  expect(lines.join()).not.toContain(JSON.stringify(SECRET_KEY).slice(1, -1))
})

test('errors of one kind are written so often a minute, then counted; other kinds and the next minute are not held back', () => {
  const { log, lines } = opened()
  for (let at = 0; at < 1_000; at += 1) log.error('request_failed', new Error('disk full'))
  log.error('tick_failed', new Error('disk full'))
  log.warn('money_needs_a_look', {})
  expect(lines).toHaveLength(122)
  vi.advanceTimersByTime(60_000)
  expect(JSON.parse(lines[122] ?? '')).toMatchObject({ msg: 'errors_left_out', event: 'request_failed', lines: 880 })
  log.error('request_failed', new Error('disk full'))
  expect(lines).toHaveLength(124)
})

test('warnings of one kind are bounded in the same way', () => {
  const { log, lines } = opened()
  for (let at = 0; at < 1_000; at += 1) log.warn('wechat_unavailable', { at })
  log.warn('money_needs_a_look')
  expect(lines).toHaveLength(121)
  vi.advanceTimersByTime(60_000)
  expect(JSON.parse(lines[121] ?? '')).toMatchObject({
    msg: 'warnings_left_out',
    event: 'wechat_unavailable',
    lines: 880,
  })
})
