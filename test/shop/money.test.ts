import { expect, test } from 'vitest'
import { FEN_MAX } from '@/lib/shop/limits'
import { fen, formatClaim, formatFen, writeYuan } from '@/lib/shop/money'

test.each([0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, FEN_MAX + 1])('%s is no amount of money', (value) => {
  expect(() => fen(value)).toThrow(new RangeError(`not an amount in whole fen: ${value}`))
})

test.each([0, 1, FEN_MAX])('%s fen are an amount of money', (value) => {
  expect(fen(value)).toBe(value)
})

test('an amount reads as yuan with two decimals in both languages', () => {
  expect(formatFen(fen(12_800), 'zh')).toBe('¥128.00')
  expect(formatFen(fen(1), 'en')).toBe('¥0.01')
  expect(formatClaim(999_999_999_999, 'en')).toBe('¥9,999,999,999.99')
})

test.each([
  [0, '0.00'],
  [5, '0.05'],
  [50, '0.50'],
  [12_800, '128.00'],
  [FEN_MAX, '10000000.00'],
])('%s fen are written as %s yuan', (value, yuan) => {
  expect(writeYuan(fen(value))).toBe(yuan)
})
