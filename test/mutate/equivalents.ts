import { IN_SHOP } from './equivalents-in-shop'
import { IN_STORE } from './equivalents-in-store'
import { IN_WECHAT } from './equivalents-in-wechat'
import type { Mutant } from './instrument'

/** Changes after which the code does the same: no test can notice them. `code` is the line, `to` what replaces a part. */
export type Equivalent = { file: string; code: string; to: string; why: string }

export const EQUIVALENTS: Equivalent[] = [...IN_SHOP, ...IN_WECHAT, ...IN_STORE]

export function isSame({ file, code, to }: Mutant, equivalent: Equivalent): boolean {
  return file === equivalent.file && code === equivalent.code && oneLine(to) === oneLine(equivalent.to)
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
