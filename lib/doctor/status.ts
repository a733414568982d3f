import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'
import { DoctorError, type Fetch } from './control'

/** How to tell from a page or a JSON answer that an order is paid. */
export type PaidSign = { type: 'json'; path: string[]; value: string } | { type: 'text'; pattern: RegExp }

const PAGE_BYTES_MAX = 1024 * 1024
const PAGE_MS_MAX = 10_000

/** Asks the program whether it has an order as paid. */
export function createStatus(fetch: Fetch, address: string, sign: PaidSign): (outTradeNo: string) => Promise<boolean> {
  return async (outTradeNo) => {
    const url = fillIn(address, { out_trade_no: outTradeNo })
    const text = await withDeadline(PAGE_MS_MAX, null, async (signal) => {
      const response = await fetch(new Request(url, { signal, redirect: 'manual' }))
      if (response.status >= 300) throw new DoctorError(`The status URL ${url} answered ${response.status}.`)
      return new TextDecoder().decode((await readBytes(response.body, PAGE_BYTES_MAX, signal)) ?? undefined)
    }).catch((error: unknown) => {
      if (error instanceof DoctorError) throw error
      throw new DoctorError(`The status URL ${url} did not answer: ${messageOf(error)}`)
    })
    if (text === null) throw new DoctorError(`The status URL ${url} did not answer within ${PAGE_MS_MAX / 1000} s.`)
    return isPaidIn(text, sign, url)
  }
}

function isPaidIn(text: string, sign: PaidSign, url: string): boolean {
  if (sign.type === 'text') return sign.pattern.test(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new DoctorError(`The status URL ${url} answered no JSON; --paid-text looks for a text instead.`)
  }
  for (const name of sign.path) value = isObject(value) ? value[name] : undefined
  if (value === undefined) throw new DoctorError(`The answer of ${url} has no ${sign.path.join('.')}.`)
  return String(value) === sign.value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Fills `{name}` in an address. */
export function fillIn(address: string, values: Record<string, string>): string {
  return address.replace(/\{(\w+)\}/g, (whole, name) => encodeURIComponent(values[name] ?? whole))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
