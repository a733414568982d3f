import type { Mutant } from './instrument'

/** Changes after which the code does the same: no test can notice them. `code` is the line, `to` what replaces a part. */
export type Equivalent = { file: string; code: string; to: string; why: string }

const HANDLE = 'lib/shop/handle-notification.ts'
const SITUATION = 'const situation = outTradeNo === null ? null : await situationOf({ outTradeNo, transactionId })'

export const EQUIVALENTS: Equivalent[] = [
  {
    file: HANDLE,
    code: 'if (ahead === 0) return true',
    to: 'false',
    why: 'its turn has come, so it wins the race at once',
  },
  { file: HANDLE, code: SITUATION, to: 'false', why: 'no payment has no number, so none is found' },
  { file: HANDLE, code: SITUATION, to: '{}', why: 'it was read for the signature, and is read once' },
]

export function isSame({ file, code, to }: Mutant, equivalent: Equivalent): boolean {
  return file === equivalent.file && code === equivalent.code && oneLine(to) === oneLine(equivalent.to)
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
