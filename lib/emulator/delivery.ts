import { readXml } from '@/lib/wechat/v2/xml'
import { readBytes } from './bytes'
import type { Conclusion } from './ledger'
import type { Delivery } from './schema'
import type { SendRequest } from './send'
import type { WeChat } from './wechat'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Pauses between the attempts, from the start of one to the start of the next: 16 attempts in 24 h 4 min. */
const RETRY_AFTER_MS = [
  ...[15 * SECOND, 15 * SECOND, 30 * SECOND, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, 30 * MINUTE],
  ...[30 * MINUTE, HOUR, 3 * HOUR, 3 * HOUR, 3 * HOUR, 6 * HOUR, 6 * HOUR],
]
/** A reply that is later than this is none. */
const REPLY_WITHIN_MS = 5 * SECOND
/** One merchant that is slow must not hold up the others. */
const AT_ONCE_MAX = 16
/** The longest time that a timer understands. */
const TIMER_MAX_MS = 2 ** 31 - 1

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

export type Deliveries = ReturnType<typeof createDeliveries>

/** Tells merchants what was paid, again and again until they say thanks. */
export function createDeliveries(
  { ledger, clock }: WeChat,
  { send, origins, onError }: { send: SendRequest; origins: string[]; onError: (error: unknown) => void },
) {
  const underway = new Set<Promise<void>>()
  let isStarted = false
  let timer: NodeJS.Timeout | undefined
  let advancing: Promise<void> = Promise.resolve()

  // The reply may have been SUCCESS, but nobody heard it: the merchant is told once more.
  for (const delivery of ledger.listSending()) conclude(delivery, without('interrupted'))

  function conclude(delivery: Delivery, conclusion: Conclusion): void {
    const isOver = conclusion.outcome === 'accepted' || conclusion.outcome === 'refused_address'
    const pauseMs = RETRY_AFTER_MS[delivery.attempt - 1]
    const sentAt = delivery.sentAt ?? delivery.dueAt
    ledger.concludeDelivery(delivery, conclusion, isOver || pauseMs === undefined ? null : sentAt + pauseMs)
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const isAllowed = mayReceive(delivery.notifyUrl, origins)
    conclude(delivery, isAllowed ? await deliver(delivery, send) : without('refused_address'))
  }

  function launchDue(): void {
    for (const delivery of ledger.claimDueDeliveries(clock.now(), AT_ONCE_MAX - underway.size)) {
      const run: Promise<void> = attempt(delivery)
        .catch(onError)
        .finally(() => {
          underway.delete(run)
          wake()
        })
      underway.add(run)
    }
  }

  function onTimer(): void {
    try {
      launchDue()
      wake()
    } catch (error) {
      onError(error)
      timer = setTimeout(onTimer, SECOND).unref()
    }
  }

  /** Sets the timer to the next delivery; to be called whenever there may be a new one. */
  function wake(): void {
    clearTimeout(timer)
    if (!isStarted || underway.size >= AT_ONCE_MAX) return
    const dueInMs = nextDueInMs()
    if (dueInMs !== null) timer = setTimeout(onTimer, Math.min(dueInMs, TIMER_MAX_MS)).unref()
  }

  /** Milliseconds until the next delivery, 0 if it should be on its way, null if there is none. */
  function nextDueInMs(): number | null {
    const dueAt = ledger.nextDeliveryAt()
    return dueAt === null ? null : Math.max(0, dueAt - clock.now())
  }

  /** Makes all deliveries that are due, each once, and waits for those on their way. */
  async function runDue(): Promise<void> {
    launchDue()
    while (underway.size > 0) {
      await Promise.race(underway)
      launchDue()
    }
  }

  async function advanceNow(ms: number): Promise<void> {
    const target = clock.now() + ms
    for (;;) {
      await runDue()
      const dueAt = ledger.nextDeliveryAt()
      if (dueAt === null || dueAt > target) break
      clock.moveTo(dueAt)
    }
    clock.moveTo(target)
    wake()
  }

  return {
    runDue,
    nextDueInMs,
    wake,

    /** Lets `ms` milliseconds pass, with every delivery at its own time. Two calls pass one after the other. */
    advance: (ms: number): Promise<void> => {
      const advanced = advancing.then(() => advanceNow(ms))
      advancing = advanced.catch(() => undefined)
      return advanced
    },

    start: (): void => {
      isStarted = true
      wake()
    },

    /** Starts nothing more and waits for what is on its way. */
    stop: async (): Promise<void> => {
      isStarted = false
      clearTimeout(timer)
      await Promise.all(underway)
    },
  }
}

/** Whoever may place an order may name any address, so this is what keeps the emulator from being sent anywhere. */
function mayReceive(notifyUrl: string, origins: string[]): boolean {
  const url = URL.parse(notifyUrl)
  return url !== null && (LOOPBACK.test(url.hostname) || origins.includes(url.origin))
}

function without(outcome: Conclusion['outcome']): Conclusion {
  return { outcome, httpStatus: null, replyCode: null, reply: null }
}

async function deliver(delivery: Delivery, send: SendRequest): Promise<Conclusion> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Conclusion>((resolve) => {
    timer = setTimeout(() => {
      resolve(without('timeout'))
      abort.abort()
    }, REPLY_WITHIN_MS)
  })
  const request = new Request(delivery.notifyUrl, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: delivery.body,
    redirect: 'manual',
    signal: abort.signal,
  })
  const reply = exchange(request, send).catch(() => without('unreachable'))
  return Promise.race([reply, late]).finally(() => clearTimeout(timer))
}

/** Only one XML document with `return_code` SUCCESS, in an HTTP answer that is a success too, counts as thanks. */
async function exchange(request: Request, send: SendRequest): Promise<Conclusion> {
  const response = await send(request)
  const bytes = await readBytes(response.body)
  const httpStatus = response.status
  if (bytes === null) return { ...without('malformed'), httpStatus }

  const document = readXml(bytes)
  const replyCode = document.ok ? (document.fields.return_code ?? null) : null
  const told = { httpStatus, replyCode, reply: new TextDecoder().decode(bytes) }
  if (!response.ok) return { ...told, outcome: 'http_error' }
  if (!document.ok) return { ...told, outcome: 'malformed' }
  return { ...told, outcome: replyCode === 'SUCCESS' ? 'accepted' : 'refused' }
}
