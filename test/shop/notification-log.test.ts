import { expect, test } from 'vitest'
import { TO_LOOK_AT, VERDICTS } from '@/lib/shop/notification'
import { beyondLimits, isBounded, isCounted, mayWriteResult, samenessOf } from '@/lib/shop/notification-log'

const fresh = { verdict: null, reply: null, replayOf: null }
const FORGED = ['not_ours', 'bad_signature', 'malformed', 'failed_transport', 'undecryptable', 'expired']

test('a message counts once, for its first verdict, and a replay never', () => {
  expect(isCounted(fresh)).toBe(true)
  expect(isCounted({ ...fresh, verdict: 'query_failed', reply: 'retry' })).toBe(false)
  expect(isCounted({ ...fresh, replayOf: 7 })).toBe(false)
})

test.each(VERDICTS)('of messages with the verdict %s that say the same, so many are kept', (verdict) => {
  const isForged = FORGED.includes(verdict)
  const expected = isForged ? { by: 'body', keptMax: 1 } : { by: 'meaning', keptMax: 20 }
  const isCause = ['applied', 'stray', 'refund_applied'].includes(verdict)
  expect(samenessOf(fresh, verdict)).toEqual(isCause ? null : expected)
  expect(samenessOf({ ...fresh, replayOf: 7 }, verdict)).toBeNull()
  expect(isBounded(verdict)).toBe(isForged)
})

test('somebody has to look at events that moved nothing and should have', () => {
  expect(TO_LOOK_AT).toEqual(['stray', 'wrong_amount', 'unknown_payment', 'contradicted', 'unknown_refund'])
})

test('a verdict that acknowledged its message stays', () => {
  expect(mayWriteResult(fresh)).toBe(true)
  expect(mayWriteResult({ ...fresh, verdict: 'query_failed', reply: 'retry' })).toBe(true)
  expect(mayWriteResult({ ...fresh, verdict: 'applied', reply: 'acknowledge' })).toBe(false)
})

const oldest = [{ bytes: 10 }, { bytes: 20 }, { bytes: 30 }]
test.each([
  ['both limits just kept', { entries: 3, bytes: 60 }, { entriesMax: 3, bytesMax: 60 }, 0],
  ['one entry too many', { entries: 3, bytes: 60 }, { entriesMax: 2, bytesMax: 60 }, 1],
  ['one byte too many', { entries: 3, bytes: 60 }, { entriesMax: 3, bytesMax: 59 }, 1],
  ['bytes of two too many', { entries: 3, bytes: 60 }, { entriesMax: 3, bytesMax: 30 }, 2],
  ['more than the oldest are', { entries: 9, bytes: 99 }, { entriesMax: 0, bytesMax: 0 }, 3],
])('%s: the oldest %j go until the rest is within %j', (_, extent, limits, gone) => {
  expect(beyondLimits(oldest, extent, limits)).toEqual(oldest.slice(0, gone))
})
