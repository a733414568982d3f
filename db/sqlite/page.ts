/*
 * What a page of a database looks like, as SQLite's file format says. Pages that cannot be any are found without SQLite,
 * which keeps what it has read and would not see what somebody wrote over the file.
 */

/** So many are looked at at a time. */
export const PAGES_AT_ONCE = 256

/** Where SQLite keeps its locks; the page there is never written. */
const LOCK_BYTE = 0x40000000
/** Kinds of pages that are part of a tree: of an index or a table, inner or leaf. */
const TREE_KINDS = [2, 5, 10, 13]
/** Of a leaf, an inner page has four more. */
const TREE_HEADER_BYTES = 8
/** In the map of pages: one byte of kind, four of a page number. Kinds 1 and 5 are trees. */
const MAP_ENTRY_BYTES = 5

/** Whether a page can be what stands in its place. Some damage looks like a page; what does not is suspect. */
export function isPlausible(page: Buffer, number: number, file: { pages: number; mapPage: ReadPage | null }): boolean {
  const bytes = page.length
  if (number === 1) return isTree(page, 100)
  if (number === LOCK_BYTE / bytes + 1 || isTree(page, 0)) return true
  const map = mapOf(number, bytes)
  if (file.mapPage !== null && map === number) return (page[0] ?? 0) <= 5
  // Long values go on in pages that begin with the number of the next one, as do lists of free pages.
  if (page.readUInt32BE(0) > file.pages) return false
  const isEmpty = page.every((byte) => byte === 0)
  return !isEmpty || file.mapPage === null || !isTreeInMap(file.mapPage(map), number - map - 1)
}

type ReadPage = (number: number) => Buffer

function isTree(page: Buffer, at: number): boolean {
  if (!TREE_KINDS.includes(page[at] ?? 0)) return false
  const cells = page.readUInt16BE(at + 3)
  const contents = page.readUInt16BE(at + 5) || 65_536
  return at + TREE_HEADER_BYTES + 2 * cells <= contents && contents <= page.length
}

/** The page with the map that says what kind of page a number is. */
function mapOf(number: number, bytes: number): number {
  const mapped = Math.floor(bytes / MAP_ENTRY_BYTES)
  return Math.floor((number - 2) / (mapped + 1)) * (mapped + 1) + 2
}

function isTreeInMap(map: Buffer, entry: number): boolean {
  return [1, 5].includes(map[entry * MAP_ENTRY_BYTES] ?? 0)
}
