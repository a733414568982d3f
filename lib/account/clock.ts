import type { Fetch } from '@/lib/wechat/http'
import { doubtful, type Finding, right, untold, wrong } from './finding'

/** WeChat Pay takes signatures of API v3 that are no further off. */
const OFF_MS_MAX = 5 * 60_000
const UNEASY_MS = 30_000

/** What the headers of answers tell beside the answers. */
export type Observed = { serverTime: () => number | null; signedBy: () => string | null }

/** The same calls, with an eye on the headers of what comes back. */
export function observe(fetch: Fetch): Observed & { fetch: Fetch } {
  let date: string | null = null
  let serial: string | null = null
  return {
    fetch: async (request) => {
      const answer = await fetch(request)
      date = answer.headers.get('date') ?? date
      serial = answer.headers.get('wechatpay-serial') ?? serial
      return answer
    },
    serverTime: () => (date === null || Number.isNaN(Date.parse(date)) ? null : Date.parse(date)),
    signedBy: () => serial,
  }
}

/** Compares this machine's clock with the date of an answer. */
export function examineClock(serverTime: number | null, now: number): Finding {
  if (serverTime === null) return untold('clock', 'no answer had a date')
  const offMs = now - serverTime
  const words = `this machine is ${Math.round(Math.abs(offMs) / 1_000)} s ${offMs < 0 ? 'behind' : 'ahead of'} WeChat Pay`
  if (Math.abs(offMs) > OFF_MS_MAX) return wrong('clock', `${words}: API v3 refuses every call; synchronise it (NTP)`)
  if (Math.abs(offMs) > UNEASY_MS) return doubtful('clock', `${words}: synchronise it (NTP)`)
  return right('clock', words)
}
