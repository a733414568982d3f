import { expect, test } from 'vitest'
import { readGbk, writeGbk } from '@/lib/wechat/v2/explain/gbk'

test('each character that GBK has is written in its bytes, and read again', () => {
  const wrong: string[] = []
  let characters = 0
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      const character = readGbk(Uint8Array.of(first, second))
      if (character === null) continue
      characters += 1
      const written = writeGbk(character)
      if (written === null || readGbk(written) !== character) wrong.push(character)
    }
  }
  expect(wrong).toEqual([])
  expect(characters).toBeGreaterThan(21_000)
  expect(writeGbk('丂a茶\u007f')).toEqual(Buffer.from([0x81, 0x40, 0x61, 0xb2, 0xe8, 0x7f]))
})

test('what GBK has no bytes for is not written, and what is not GBK is not read', () => {
  expect([writeGbk('茶🍵'), writeGbk('\u0080'), writeGbk('')]).toEqual([null, null, Buffer.of()])
  expect([readGbk(Uint8Array.of(0x81)), readGbk(Uint8Array.of())]).toEqual([null, ''])
})
