import { request } from 'node:http'
import { messageOf, type Sale } from './sales'

/** What WeChat heard about one message: null when it heard nothing in time. */
export type Heard = { ms: number; status: number | null; isAcknowledged: boolean }

/** WeChat's own patience. */
const REPLY_MS_MAX = 5_000

/** Sends one genuine message as WeChat does, on a connection of its own. */
function notify(port: number, sale: Sale): Promise<Heard> {
  const body = messageOf(sale)
  const begin = performance.now()
  return new Promise((resolve) => {
    const finish = (status: number | null, text: string) =>
      resolve({ ms: performance.now() - begin, status, isAcknowledged: text.includes('SUCCESS') })
    const call = request({
      port,
      host: '127.0.0.1',
      path: '/api/wechat/notify',
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) },
    })
    const timer = setTimeout(() => call.destroy(new Error('no reply in time')), REPLY_MS_MAX)
    call.on('error', () => {
      clearTimeout(timer)
      finish(null, '')
    })
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (data) => {
        text += data
      })
      response.on('end', () => {
        clearTimeout(timer)
        finish(response.statusCode ?? null, text)
      })
    })
    call.end(body)
  })
}

/** Sends a message every `everyMs` for `ms` milliseconds, whatever becomes of the former ones. */
export async function notifySteadily(port: number, sales: Sale[], ms: number, everyMs: number): Promise<Heard[]> {
  const sent: Promise<Heard>[] = []
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const sale = sales.pop()
    if (sale === undefined) break
    sent.push(notify(port, sale))
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  return Promise.all(sent)
}

/** When WeChat comes again after it was not acknowledged, in seconds; the first of its schedule. */
const RETRIES_SECONDS = [15, 15, 30]

/**
 * Sends all messages at once on so many connections, and comes again on WeChat's schedule for what was not acknowledged.
 * `deliveries` are all that were made.
 */
export async function notifyAtOnce(port: number, sales: Sale[], connections: number): Promise<Heard[][]> {
  const deliveries: Heard[][] = []
  let open = sales
  for (const seconds of [0, ...RETRIES_SECONDS]) {
    if (open.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    const queue = [...open]
    const missed: Sale[] = []
    const heard: Heard[] = []
    const sender = async () => {
      for (let sale = queue.pop(); sale !== undefined; sale = queue.pop()) {
        const it = await notify(port, sale)
        heard.push(it)
        if (!it.isAcknowledged) missed.push(sale)
      }
    }
    await Promise.all(Array.from({ length: connections }, sender))
    deliveries.push(heard)
    open = missed
  }
  return deliveries
}

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
