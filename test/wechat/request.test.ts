import { expect, test } from 'vitest'
import { allowed, cut } from '@/lib/wechat/text'

test('a text keeps the characters that WeChat takes, with nothing around it that an SDK might trim', () => {
  expect(allowed(' 茶 🍵 tea\n')).toBe('茶  tea')
  expect(allowed('\u0000\u200b🍵')).toBe('')
})

test('a text is cut after whole characters, and not after a space', () => {
  expect(cut('茶茶', 6)).toBe('茶茶')
  expect(cut('茶茶', 5)).toBe('茶')
  expect(cut('tea for two', 4)).toBe('tea')
  expect(cut('茶', 2)).toBe('')
})
