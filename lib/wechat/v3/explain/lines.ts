import { createHash } from 'node:crypto'
import { type Draft, joined, type Line, lineText, rightText, type Subject, withLine } from './subject'

/** Other values that came along are tried as they are, and so many of them at most. */
const OTHERS_MAX = 40
const NONCE_LENGTH_MAX = 64
/** So far a clock that is read twice may go on in between. */
const SECONDS_MAX = 30

const values = ({ lines }: Subject) => lines.map(([, value]) => value)

export function* withoutLastNewline(subject: Subject): Iterable<Draft> {
  yield { bytes: joined(values(subject), '\n', '') }
}

export function* withNewlineMore(subject: Subject): Iterable<Draft> {
  yield { bytes: joined(values(subject), '\n', '\n\n') }
  yield { bytes: Buffer.concat([Buffer.from('\n'), rightText(subject)]) }
}

export function* withCrlf(subject: Subject): Iterable<Draft> {
  yield { bytes: joined(values(subject), '\r\n') }
  yield { bytes: joined(values(subject), '\r\n', '') }
  yield { bytes: joined(values(subject), '\n', '\r\n') }
}

/** Each two lines that changed places. */
export function* withLinesSwapped({ lines }: Subject): Iterable<Draft> {
  for (const [at, first] of lines.entries()) {
    for (const second of lines.slice(at + 1)) {
      const swapped = lines.map((line): Line => (line === first ? second : line === second ? first : line))
      yield { bytes: rightText({ lines: swapped }), field: first[0] }
    }
  }
}

const JOINTS: readonly (readonly [between: string, end: string])[] = [
  ['', ''],
  ['\\n', '\\n'],
  ['\\n', ''],
  ['\r', '\r'],
  [' ', ''],
  ['&', ''],
  [',', ''],
  ['\n\n', '\n'],
]

export function* joinedOtherwise(subject: Subject): Iterable<Draft> {
  for (const [between, end] of JOINTS) yield { bytes: joined(values(subject), between, end) }
  const texts = subject.lines.map(([name]) => lineText(subject, name)?.trim() ?? '')
  yield { bytes: Buffer.from(texts.map((it) => `${it} \n`).join('')) }
  yield { bytes: Buffer.from(texts.map((it) => ` ${it}\n`).join('')) }
}

export function* bodyOnly({ lines }: Subject): Iterable<Draft> {
  const body = lines.find(([name]) => name === 'body')?.[1]
  if (body === undefined || body.length === 0) return
  yield { bytes: body }
  yield { bytes: Buffer.concat([body, Buffer.from('\n')]) }
}

/** The digest of the text in place of the text: whoever hashes first has it hashed twice. */
export function* hashedBefore(subject: Subject): Iterable<Draft> {
  const digest = createHash('sha256').update(rightText(subject)).digest()
  const hex = digest.toString('hex')
  for (const text of [hex, hex.toUpperCase(), digest.toString('base64')]) yield { bytes: Buffer.from(text) }
  yield { bytes: digest }
}

export function* inMilliseconds(subject: Subject): Iterable<Draft> {
  const timestamp = lineText(subject, 'timestamp') ?? ''
  if (/^\d{13}$/.test(timestamp)) {
    yield withLine(subject, 'timestamp', timestamp.slice(0, 10))
    yield withLine(subject, 'timestamp', String(Math.round(Number(timestamp) / 1_000)))
  }
  if (!/^\d{10}$/.test(timestamp)) return
  yield withLine(subject, 'timestamp', `${timestamp}000`)
  yield withLine(subject, 'timestamp', `${timestamp}.0`)
}

/** A clock's milliseconds where the header has its seconds: which ones they were nobody knows. */
export function* inUnknownMilliseconds(subject: Subject): Iterable<Draft> {
  const timestamp = lineText(subject, 'timestamp') ?? ''
  if (!/^\d{10}$/.test(timestamp)) return
  for (let ms = 1; ms < 1_000; ms += 1) {
    yield withLine(subject, 'timestamp', `${timestamp}${String(ms).padStart(3, '0')}`)
  }
}

/** Times that stand elsewhere in the message. */
export function* withOtherTimestamp(subject: Subject): Iterable<Draft> {
  const body = lineText(subject, 'body') ?? ''
  const inBody = [...body.matchAll(/"(?:\w*time\w*)"\s*:\s*"?([^",}]{8,40})/g)].map(([, value = '']) => value)
  for (const value of [...Object.values(subject.others), ...inBody].slice(0, OTHERS_MAX)) {
    for (const seconds of secondsOf(value)) yield withLine(subject, 'timestamp', seconds)
  }
  for (const value of ['', '0', 'null', 'undefined']) yield withLine(subject, 'timestamp', value)
}

/** A clock that was read once for the text and once more for the header. */
export function* withClockReadTwice(subject: Subject): Iterable<Draft> {
  const timestamp = Number(lineText(subject, 'timestamp') ?? '')
  if (!Number.isSafeInteger(timestamp) || timestamp <= 0) return
  for (let by = 1; by <= SECONDS_MAX; by += 1) {
    for (const other of [timestamp - by, timestamp + by]) yield withLine(subject, 'timestamp', String(other))
  }
}

function secondsOf(value: string): string[] {
  if (/^\d{10}$/.test(value)) return [value]
  if (/^\d{13}$/.test(value)) return [value, value.slice(0, 10)]
  const at = /[:T]/.test(value) && value.length <= 40 ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? [] : [String(Math.floor(at / 1_000)), value]
}

export function* withOtherNonce(subject: Subject): Iterable<Draft> {
  const nonce = lineText(subject, 'nonce') ?? ''
  const body = lineText(subject, 'body') ?? ''
  const inBody = [...body.matchAll(/"(?:nonce|nonce_str|id)"\s*:\s*"([^"]{1,64})"/g)].map(([, value = '']) => value)
  const others = Object.values(subject.others).filter((value) => value.length <= NONCE_LENGTH_MAX)
  const changed = [nonce.toUpperCase(), nonce.toLowerCase(), nonce.replaceAll('-', ''), nonce.slice(0, 16)]
  for (const value of [...inBody, ...others.slice(0, OTHERS_MAX), ...changed, '', 'null', 'undefined']) {
    if (value !== nonce) yield withLine(subject, 'nonce', value)
  }
}
