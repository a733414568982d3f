/** Until when each line of Node.js gets fixes (the release schedule of the Node.js project). Odd ones end within months. */
const FIXED_UNTIL: Record<number, string> = {
  18: '2025-04-30',
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
}
/** The first of each line in which every hole is closed that concerns a shop. */
const SAFE: Record<number, string> = { 22: '22.23.4', 24: '24.22.1' }
const SAFE_ONES = Object.values(SAFE).join(' or ')

/** What has to be said about the Node.js that the shop runs on; null when it gets fixes, and has those that matter. */
export function warningAbout(version: string, now: number): string | null {
  const [major = 0] = version.split('.').map(Number)
  const end = FIXED_UNTIL[major]
  const isOver = end === undefined ? major < 26 : now > Date.parse(`${end}T23:59:59Z`)
  if (isOver) {
    const since = end === undefined ? 'gets no fixes any more' : `gets no fixes since ${end}`
    return `Node.js ${version} ${since}: run the shop on ${SAFE_ONES}, or newer`
  }
  const safe = SAFE[major]
  if (safe === undefined || !isOlder(version, safe)) return null
  return `Node.js ${version} has holes that ${safe} closes`
}

function isOlder(version: string, other: string): boolean {
  const numbers = other.split('.').map(Number)
  const own = version.split('.').map(Number)
  const at = numbers.findIndex((it, index) => it !== own[index])
  return at !== -1 && (own[at] ?? 0) < (numbers[at] ?? 0)
}
