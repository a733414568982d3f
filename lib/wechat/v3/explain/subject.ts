import type { SignatureCause } from './causes'

/** The lines of a text that is to be signed, by what stands in them. */
export type LineName = 'method' | 'target' | 'appid' | 'timestamp' | 'nonce' | 'package' | 'body'
export type Line = readonly [name: LineName, value: Uint8Array]

/** What is signed: a request of ours, an answer or a notification of WeChat's, or the set that a phone is handed. */
export type SubjectKind = 'request' | 'message' | 'invocation'

export type Subject = {
  kind: SubjectKind
  lines: readonly Line[]
  /** What came along and is not signed: headers, or the other fields of the set. */
  others: Readonly<Record<string, string>>
}

/** A text as a sender may have signed it, the line or field at fault if it is one, and a more exact word for the mistake. */
export type Draft = { bytes: Uint8Array; field?: string; cause?: SignatureCause }

const LINE_FEED = '\n'

export function newLine(name: LineName, value: string | Uint8Array): Line {
  return [name, typeof value === 'string' ? Buffer.from(value) : value]
}

/** The text that has to be signed: each line is ended, the last one too. */
export function rightText({ lines }: Pick<Subject, 'lines'>): Uint8Array {
  return joined(lines.map(([, value]) => value))
}

export function joined(values: readonly Uint8Array[], between = LINE_FEED, end = between): Uint8Array {
  const parts = values.flatMap((value, at) => (at === 0 ? [value] : [Buffer.from(between), value]))
  return Buffer.concat([...parts, Buffer.from(end)])
}

/** The same text with another value in one line; the value itself leads to the right text. */
export function withLine({ lines }: Subject, name: LineName, value: string | Uint8Array): Draft {
  const [, bytes] = newLine(name, value)
  return { bytes: joined(lines.map(([other, own]) => (other === name ? bytes : own))), field: name }
}

/** What stands in a line; null when there is no such line or its bytes are no UTF-8. */
export function lineText({ lines }: Subject, name: LineName): string | null {
  const value = lines.find(([other]) => other === name)?.[1]
  return value === undefined ? null : utf8(value)
}

export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
