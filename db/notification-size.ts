/* What an entry of the log takes in the file, so that its bound holds in real bytes and not in those of bodies alone. */

/** SQLite's page; a row that does not fit into most of one goes on in pages of its own, less their link to the next. */
const PAGE = 4096
const FITS_MAX = 4061
const LOCAL_MIN = 489
const OVERFLOW = PAGE - 4

/** Columns of fixed size, and the row's part in ten indexes. */
const COLUMNS = 200
const INDEXES = 384

/**
 * The most that a row with so many bytes of text and body takes. Rows that share pages leave at most half of them empty;
 * a longer one has its last page to itself. The real use lies between half of this and all of it.
 */
export function countedBytes(texts: (string | null)[], bodyBytes: number): number {
  const bytes = texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), COLUMNS + bodyBytes)
  if (bytes <= FITS_MAX) return INDEXES + Math.min(PAGE, 2 * bytes)
  return INDEXES + Math.ceil((bytes - LOCAL_MIN) / OVERFLOW) * PAGE + 1024
}
