import { expect, test } from 'vitest'
import { openRepeats } from '@/lib/shop/repeats'

test('a message is plausible twenty times, and each for itself', () => {
  const repeats = openRepeats()
  const said = Array.from({ length: 22 }, () => repeats.isPlausible('a'))
  expect(said).toEqual([...Array.from({ length: 20 }, () => true), false, false])
  expect(repeats.isPlausible('b')).toBe(true)
})

test('what came longest ago is forgotten first, and what still comes is not', () => {
  const repeats = openRepeats(2)
  for (let n = 0; n < 20; n += 1) repeats.isPlausible('often')
  for (const other of ['a', 'b', 'c']) {
    expect(repeats.isPlausible('often')).toBe(false)
    expect(repeats.isPlausible(other)).toBe(true)
  }
  for (const other of ['d', 'e']) repeats.isPlausible(other)
  expect(repeats.isPlausible('often')).toBe(true)
})
