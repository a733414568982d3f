import { isLoopback } from '@/lib/net/address'
import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'
import { readXml } from '@/lib/wechat/v2/xml'
import { keyOf } from './api/cashier'
import { drawChances, fateOf } from './faults'
import type { DeliveryResult } from './ledger/deliveries'
import type { Delivery, HeaderList, Trade } from './ledger/schema'
import type { SendRequest } from './send'
import { type Tampering, tamper } from './v2/tamper'
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
/** More of a reply is not read. */
const REPLY_BYTES_MAX = 64 * 1024

export type Deliveries = ReturnType<typeof createDeliveries>

/** Tells merchants what was paid, again and again until they acknowledge. */
export function createDeliveries(
  wechat: WeChat,
  { send, origins, onError }: { send: SendRequest; origins: string[]; onError: (error: unknown) => void },
) {
  const { ledger, clock } = wechat
  const underway = new Map<Promise<void>, Delivery>()
  let isStarted = false
  let timer: NodeJS.Timeout | undefined
  let advancing: Promise<void> = Promise.resolve()

  // The reply may have been SUCCESS, but nobody heard it: the merchant is told once more.
  ledger.atomically(() => {
    for (const delivery of ledger.listSending()) conclude(delivery, without('interrupted'))
  })

  /** Keeps how an attempt ended, together with the next one if there is to be one. */
  function conclude(delivery: Delivery, result: DeliveryResult): void {
    // Nothing to continue if everything was forgotten meanwhile.
    if (!ledger.recordDeliveryResult(delivery, result)) return
    const isOver = result.outcome === 'accepted' || result.outcome === 'refused_address'
    const pauseMs = RETRY_AFTER_MS[delivery.attempt - 1]
    if (isOver || pauseMs === undefined || delivery.cause !== 'schedule') return
    const dueAt = (delivery.sentAt ?? delivery.dueAt) + pauseMs
    const { mchId, outTradeNo, notifyUrl } = delivery
    // Not what was sent last: that may have been tampered.
    const body = ledger.findTrade(delivery)?.notification ?? delivery.body
    ledger.insertDelivery({
      mchId,
      outTradeNo,
      attempt: delivery.attempt + 1,
      notifyUrl,
      body,
      dueAt,
      cause: 'schedule',
    })
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const isAllowed = mayReceive(delivery.notifyUrl, origins)
    const result = isAllowed ? await deliver(delivery, send) : without('refused_address')
    // A reply after the end is as after a crash: whoever opens the books next finds the delivery still on its way.
    if (!ledger.isOpen()) return
    ledger.atomically(() => {
      conclude(delivery, result)
      ledger.releaseDeliveries(clock.now())
    })
  }

  /** Takes deliveries whose time has come, in order, and decides what becomes of each. */
  function claimDue(): Delivery[] {
    const now = clock.now()
    const room = AT_ONCE_MAX - underway.size
    const dueAt = room > 0 ? ledger.nextDeliveryAt() : null
    if (dueAt === null || dueAt > now) return []
    return ledger.atomically(() => ledger.listDueDeliveries(now, room).flatMap((delivery) => dispatch(delivery, now)))
  }

  /** Puts one delivery on its way: none if it is lost or comes later, two if it is doubled. */
  function dispatch(delivery: Delivery, now: number): Delivery[] {
    const chances = drawChances(ledger, delivery.outTradeNo)
    const fate = fateOf(delivery, chances)
    const faults = [...delivery.faults, ...chances.met]
    if (fate.type === 'later') {
      ledger.postponeDelivery(delivery, { dueAt: now + fate.delayMs, faults, isHeld: fate.isHeld })
      return []
    }
    const body = fate.type === 'sent' && fate.tampering ? tampered(delivery, fate.tampering) : delivery.body
    const requestHeaders = headersOf(delivery.notifyUrl, body)
    const sent = ledger.startDelivery(delivery, { sentAt: now, body, faults, requestHeaders })
    if (fate.type === 'sent') return fate.isDoubled ? [sent, ledger.copyDelivery(sent)] : [sent]
    conclude(sent, without('lost'))
    return []
  }

  function tampered(delivery: Delivery, tampering: Tampering): string {
    const trade = ledger.findTrade(delivery)
    if (trade === null) throw new Error(`no trade for delivery ${delivery.id}`)
    return tamper(delivery.body, tampering, keyOf(wechat, trade))
  }

  function launchDue(): void {
    for (const delivery of claimDue()) {
      const run: Promise<void> = attempt(delivery)
        .catch(onError)
        .finally(() => {
          underway.delete(run)
          wake()
        })
      underway.set(run, delivery)
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
      await Promise.race(underway.keys())
      launchDue()
    }
  }

  /** Makes what is due now and waits for the news of one trade, not for that of others. */
  async function runDueOf({ mchId, outTradeNo }: Pick<Trade, 'mchId' | 'outTradeNo'>): Promise<void> {
    launchDue()
    const own = [...underway].filter(([, it]) => it.mchId === mchId && it.outTradeNo === outTradeNo)
    await Promise.all(own.map(([run]) => run))
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
    runDueOf,
    nextDueInMs,
    wake,

    /** Lets `ms` milliseconds pass, with every delivery at its own time. Two calls pass one after the other. */
    advance: (ms: number): Promise<void> => {
      const advanced = advancing.then(() => advanceNow(ms))
      advancing = advanced.catch(() => undefined)
      return advanced
    },

    /** Tells a merchant once more, outside the schedule; null if there is nothing to tell. Waits for the reply. */
    resend: async (trade: Trade): Promise<Delivery | null> => {
      const { mchId, outTradeNo, notifyUrl, notification } = trade
      if (notification === null) return null
      const attempt = Math.max(1, ledger.newestAttempt(trade))
      const dueAt = clock.now()
      const id = ledger.insertDelivery({
        mchId,
        outTradeNo,
        attempt,
        notifyUrl,
        body: notification,
        dueAt,
        cause: 'resend',
      })
      await runDueOf(trade)
      return ledger.findDelivery(id)
    },

    start: (): void => {
      isStarted = true
      wake()
    },

    /** Starts nothing more and waits for what is on its way. */
    stop: async (): Promise<void> => {
      isStarted = false
      clearTimeout(timer)
      await Promise.all(underway.keys())
    },
  }
}

/** Whoever may place an order may name any address, so this is what keeps the emulator from being sent anywhere. */
function mayReceive(notifyUrl: string, origins: string[]): boolean {
  const url = URL.parse(notifyUrl)
  return url !== null && (isLoopback(url.hostname) || origins.includes(url.origin))
}

/** WeChat Pay's own headers are not documented beyond the content type; this is what a POST has. */
function headersOf(notifyUrl: string, body: string): HeaderList {
  return [
    ['host', URL.parse(notifyUrl)?.host ?? ''],
    ['user-agent', 'Mozilla/4.0'],
    ['accept', '*/*'],
    ['content-type', 'text/xml'],
    ['content-length', String(Buffer.byteLength(body))],
  ]
}

function without(outcome: DeliveryResult['outcome']): DeliveryResult {
  return { outcome, httpStatus: null, replyCode: null, reply: null, replyHeaders: [] }
}

function deliver(delivery: Delivery, send: SendRequest): Promise<DeliveryResult> {
  return withDeadline(REPLY_WITHIN_MS, without('timeout'), (signal) => {
    const request = new Request(delivery.notifyUrl, {
      method: 'POST',
      headers: delivery.requestHeaders,
      body: delivery.body,
      redirect: 'manual',
      signal,
    })
    return exchange(request, send).catch(() => without('unreachable'))
  })
}

/** Only one XML document with `return_code` SUCCESS, in an HTTP answer that is a success too, counts as an acknowledgement. */
async function exchange(request: Request, send: SendRequest): Promise<DeliveryResult> {
  const response = await send(request)
  const bytes = await readBytes(response.body, REPLY_BYTES_MAX)
  const heard = { httpStatus: response.status, replyHeaders: [...response.headers] }
  if (bytes === null) return { ...without('malformed'), ...heard }

  const document = readXml(bytes)
  const replyCode = document.ok ? (document.fields.return_code ?? null) : null
  const told = { ...heard, replyCode, reply: new TextDecoder().decode(bytes) }
  if (!response.ok) return { ...told, outcome: 'http_error' }
  if (!document.ok) return { ...told, outcome: 'malformed' }
  return { ...told, outcome: replyCode === 'SUCCESS' ? 'accepted' : 'refused' }
}
