import { expect, test } from 'vitest'
import { isPlausible } from '@/db/sqlite/page'

const BYTES = 512
/** Pages that the map at page 2 has entries for, less one. */
const LAST_MAPPED = 2 + Math.floor(BYTES / 5)

/** A page of a tree: its kind, how many cells, and where their contents begin. */
function tree(kind: number, { cells = 1, contents = BYTES, bytes = BYTES, at = 0 } = {}): Buffer {
  const page = Buffer.alloc(bytes)
  page.writeUInt8(kind, at)
  page.writeUInt16BE(cells, at + 3)
  page.writeUInt16BE(contents % 65_536, at + 5)
  return page
}

/** A page that begins with the number of another one, and has something in it. */
function chained(next: number): Buffer {
  const page = Buffer.alloc(BYTES, 0x61)
  page.writeUInt32BE(next, 0)
  return page
}

/** A map in which one page is of some kind, and the number of the page that was asked for. */
function mapWith(entry: number, kind: number) {
  const asked: number[] = []
  const mapPage = (number: number) => {
    asked.push(number)
    const map = Buffer.alloc(BYTES)
    map.writeUInt8(kind, entry * 5)
    return map
  }
  return { asked, mapPage }
}

const WITHOUT_MAP = { pages: 9, mapPage: null }
const empty = Buffer.alloc(BYTES)

test.each([
  ['of an inner index', tree(2), true],
  ['of an inner table', tree(5), true],
  ['of a leaf of an index', tree(10), true],
  ['of a leaf of a table', tree(13), true],
  ['of a kind that is none', tree(12), false],
  ['with as many cells as there is room for', tree(13, { cells: 100, contents: 208 }), true],
  ['with more cells than there is room for', tree(13, { cells: 100, contents: 207 }), false],
  ['whose contents begin behind its end', tree(13, { contents: BYTES + 1 }), false],
  ['of the largest size, empty, whose contents begin at its end', tree(13, { contents: 65_536, bytes: 65_536 }), true],
  ['whose contents begin at the end of a larger page', tree(13, { contents: 65_536 }), false],
  ['that goes on at the last page', chained(9), true],
  ['that goes on behind the last page', chained(10), false],
  ['that goes on nowhere', chained(0), true],
  ['that is empty, where nothing says what it is', empty, true],
])('a page %s can be one: %s', (_, page, expected) => {
  expect(isPlausible(page, 5, WITHOUT_MAP)).toBe(expected)
})

test('the first page is a tree behind the header of the file', () => {
  expect(isPlausible(tree(13, { at: 100 }), 1, WITHOUT_MAP)).toBe(true)
  expect(isPlausible(tree(13, { at: 100, cells: 100, contents: 308 }), 1, WITHOUT_MAP)).toBe(true)
  expect(isPlausible(tree(13, { at: 100, cells: 100, contents: 307 }), 1, WITHOUT_MAP)).toBe(false)
  expect(isPlausible(tree(13), 1, WITHOUT_MAP)).toBe(false)
  expect(isPlausible(empty, 1, WITHOUT_MAP)).toBe(false)
})

test('the page with the locks is never written, so anything may be there', () => {
  const locks = 0x40000000 / BYTES + 1
  const numbers = [locks - 1, locks, locks + 1]
  expect(numbers.map((number) => isPlausible(chained(99), number, WITHOUT_MAP))).toEqual([false, true, false])
})

test.each([2, LAST_MAPPED + 1, 2 * LAST_MAPPED])('page %i has the map of those that follow', (number) => {
  const file = { pages: 999, mapPage: () => empty }
  const beginning = (kind: number) => Buffer.concat([Buffer.from([kind]), Buffer.alloc(BYTES - 1, 0x61)])
  expect([0, 5, 6].map((kind) => isPlausible(beginning(kind), number, file))).toEqual([true, true, false])
  expect(isPlausible(beginning(5), number + 1, file)).toBe(false)
  // Where there are no maps, it is a page like others.
  expect(isPlausible(beginning(4), number, { pages: 999, mapPage: null })).toBe(false)
})

test.each([
  [3, 2, 0],
  [LAST_MAPPED, 2, LAST_MAPPED - 3],
  [LAST_MAPPED + 2, LAST_MAPPED + 1, 0],
  [LAST_MAPPED + 7, LAST_MAPPED + 1, 5],
])('page %i may be empty unless map %i calls it a tree at place %i', (number, map, entry) => {
  const outcomes = [1, 2, 3, 4, 5].map((kind) => {
    const { asked, mapPage } = mapWith(entry, kind)
    const isPage = isPlausible(empty, number, { pages: 999, mapPage })
    expect(asked).toEqual([map])
    return isPage
  })
  expect(outcomes).toEqual([false, true, true, true, false])
  // What is not empty is not looked up.
  const { asked, mapPage } = mapWith(entry, 1)
  expect(isPlausible(chained(0), number, { pages: 999, mapPage })).toBe(true)
  expect(asked).toEqual([])
})
