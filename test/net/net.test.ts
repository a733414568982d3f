import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { isLoopback, parseAddress, subscriberOf } from '@/lib/net/address'
import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'

afterEach(() => void vi.useRealTimers())

test.each([
  ['203.0.113.7', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['203.0.113.7:51234', '203.0.113.7'],
  ['"203.0.113.7:51234"', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:0DB8:0:0::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['"[2001:db8::1]:4711"', '2001:db8::1'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['[::ffff:cb00:7107]:80', '203.0.113.7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['unknown', null],
  ['_hidden', null],
  ['', null],
  ['203.0.113', null],
  ['203.0.113.7.9', null],
  ['203.0.113.7:', null],
  ['203.0.113.7:1234567', null],
  ['[203.0.113.7]', null],
  ['shop.example', null],
  ['203.0.113.7, 198.51.100.1', null],
])('of "%s" the address is %s', (text, expected) => {
  expect(parseAddress(text)).toBe(expected)
})

test('every address is found again in each of the spellings that proxies use', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      for (const text of [address, `${address}:${port}`, `"${address}:${port}"`, `[::ffff:${address}]:${port}`]) {
        expect(parseAddress(text)).toBe(address)
      }
    }),
  )
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      const parsed = parseAddress(address)
      expect(parsed).not.toBeNull()
      expect(parseAddress(`[${address}]:${port}`)).toBe(parsed)
      expect(parseAddress(parsed ?? '')).toBe(parsed)
    }),
  )
})

test.each(['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1'])(
  '%s is this machine',
  (host) => expect(isLoopback(host)).toBe(true),
)

test.each(['0.0.0.0', '::', '128.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', '', '::2'])(
  '%s is not known to be this machine',
  (host) => expect(isLoopback(host)).toBe(false),
)

test('senders are told apart by IPv4 address, and by the first half of an IPv6 address', () => {
  expect(subscriberOf('203.0.113.7')).toBe('203.0.113.7')
  expect(subscriberOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
  expect(subscriberOf('2001:db8:1:2::9')).toBe('2001:db8:1:2::/64')
  expect(subscriberOf('2001:db8::9')).toBe('2001:db8:0:0::/64')
  expect(subscriberOf('::1')).toBe('0:0:0:0::/64')
  expect(subscriberOf('')).toBe('')
})

test('work that ignores its signal is left alone at the deadline', async () => {
  vi.useFakeTimers()
  const heard = vi.fn()
  const outcome = withDeadline(1_000, 'late', (signal) => {
    signal.addEventListener('abort', heard)
    return new Promise<string>(() => {})
  })
  await vi.advanceTimersByTimeAsync(1_000)
  expect([await outcome, heard.mock.calls.length]).toEqual(['late', 1])
})

test('work that ends in time keeps no timer, and its failure is its own', async () => {
  vi.useFakeTimers()
  expect(await withDeadline(1_000, 'late', async () => 'done')).toBe('done')
  await expect(withDeadline(1_000, 'late', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
})

test('a body is let go when it is too large and when its reader is told to stop', async () => {
  let hasEnded = false
  const open = (bytes: number) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(bytes)),
      // Never settles: whoever waited for it would wait for ever.
      cancel: () => {
        hasEnded = true
        return new Promise<void>(() => {})
      },
    })
  expect([await readBytes(open(5), 4), hasEnded]).toEqual([null, true])
  hasEnded = false
  const abort = new AbortController()
  const reading = readBytes(open(3), 4, abort.signal)
  abort.abort(new Error('enough'))
  await expect(reading).rejects.toThrow('enough')
  expect(hasEnded).toBe(true)
})

test('a stream of Node.js is read as one of the web is, and let go as early', async () => {
  const open = () => new PassThrough()
  const whole = open()
  const reading = readBytes(whole, 4)
  whole.write('ab')
  whole.end('cd')
  expect(Buffer.from((await reading) ?? []).toString()).toBe('abcd')
  const large = open()
  large.write('abcde')
  expect([await readBytes(large, 4), large.destroyed]).toEqual([null, true])
  const [stopped, broken, gone] = [open(), open(), open()]
  const abort = new AbortController()
  const stopping = readBytes(stopped, 4, abort.signal)
  abort.abort(new Error('enough'))
  await expect(stopping).rejects.toThrow('enough')
  expect(stopped.destroyed).toBe(true)
  await expect(readBytes(open(), 4, abort.signal)).rejects.toThrow('enough')
  const breaking = readBytes(broken, 4)
  broken.destroy(new Error('reset'))
  await expect(breaking).rejects.toThrow('reset')
  gone.destroy()
  await expect(readBytes(gone, 4)).rejects.toThrow('broke off')
})
