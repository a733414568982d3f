import { endDueRefunds } from '../api/refunds'
import { drawChances, fateOf } from '../faults'
import type { DeliveryResult } from '../ledger/deliveries'
import type { Delivery, HeaderList, NotificationRecord, TradeRecord } from '../ledger/schema'
import type { Protocol } from '../protocol'
import type { EmulatorOptions, SendRequest } from '../public'
import type { WeChat } from '../wechat'
import { toAttempt } from './attempt'
import { exchange, withoutReply } from './exchange'
import { pauseAfter } from './retry-schedule'

type Way = {
  send: SendRequest
  mayReach: (notifyUrl: string) => boolean
  onAttempt: EmulatorOptions['onAttempt']
}

/** The attempts to deliver notifications: which are due, what becomes of each, and when the next one follows. */
export function createAttempts(wechat: WeChat, { send, mayReach, onAttempt }: Way) {
  const { ledger, clock } = wechat

  // The reply may have acknowledged it, but nobody was there to read it: the merchant is notified once more.
  ledger.atomically(() => {
    for (const delivery of ledger.listSending()) recordResult(delivery, withoutReply('interrupted'))
  })

  /** Keeps how an attempt ended, together with the next one if there is to be one. */
  function recordResult(delivery: Delivery, result: DeliveryResult): void {
    // Nothing to continue if everything was forgotten meanwhile.
    if (!ledger.recordDeliveryResult(delivery, result)) return
    const isOver = result.outcome === 'accepted' || result.outcome === 'refused_address'
    const pauseMs = pauseAfter(delivery.attempt)
    if (isOver || pauseMs === null || delivery.cause !== 'schedule') return
    const dueAt = (delivery.sentAt ?? delivery.dueAt) + pauseMs
    // From the notification and not from what was sent last: that may have been tampered with.
    const { notification } = subjectOf(wechat, delivery)
    ledger.insertDelivery(notification, { attempt: delivery.attempt + 1, dueAt, cause: 'schedule' })
  }

  /** Puts one delivery on its way: none if it is lost or comes later, two if it is doubled. */
  function dispatch(delivery: Delivery, now: number): Delivery[] {
    const chances = drawChances(ledger, delivery.outTradeNo)
    const { notification, trade, protocol } = subjectOf(wechat, delivery)
    const fate = fateOf(delivery, notification.apiVersion, chances)
    const faults = [...delivery.faults, ...chances.met]
    if (fate.type === 'later') {
      ledger.postponeDelivery(delivery, { dueAt: now + fate.delayMs, faults, isHeld: fate.isHeld })
      return []
    }
    const tampering = fate.type === 'sent' ? fate.tampering : undefined
    const { body, headers } = protocol.notifications.writeAttempt(notification, trade, { tampering, wechat })
    const requestHeaders = [...headersOfPost(delivery.notifyUrl, body), ...headers]
    const sent = ledger.startDelivery(delivery, { sentAt: now, body, faults, requestHeaders })
    if (fate.type === 'sent') return fate.isDoubled ? [sent, ledger.copyDelivery(sent)] : [sent]
    recordResult(sent, withoutReply('lost'))
    return []
  }

  return {
    /** Takes deliveries whose time has come, in order, and decides what becomes of each. */
    claimDue: (capacity: number): Delivery[] => {
      endDueRefunds(wechat)
      const now = clock.now()
      const dueAt = ledger.nextDeliveryAt()
      if (dueAt === null || dueAt > now) return []
      return ledger.atomically(() => ledger.listDueDeliveries(now, capacity).flatMap((it) => dispatch(it, now)))
    },

    attempt: async (delivery: Delivery): Promise<void> => {
      const result = mayReach(delivery.notifyUrl)
        ? await exchange(delivery, send, subjectOf(wechat, delivery).protocol.notifications.readReply)
        : withoutReply('refused_address')
      // A reply after the end is as after a crash: whoever opens the ledger next finds the delivery still on its way.
      if (!ledger.isOpen()) return
      ledger.atomically(() => {
        recordResult(delivery, result)
        ledger.releaseDeliveries(clock.now())
      })
      // Not there if everything was forgotten meanwhile.
      const ended = ledger.findDelivery(delivery.id)
      if (ended !== null) onAttempt?.(toAttempt(ended))
    },
  }
}

/** WeChat Pay's own headers are not documented beyond the content type; this is what a POST has. */
function headersOfPost(notifyUrl: string, body: string): HeaderList {
  return [
    ['host', URL.parse(notifyUrl)?.host ?? ''],
    ['user-agent', 'Mozilla/4.0'],
    ['accept', '*/*'],
    ['content-length', String(Buffer.byteLength(body))],
  ]
}

/** What a delivery delivers, and how. */
function subjectOf(
  { ledger, protocols }: WeChat,
  delivery: Delivery,
): { notification: NotificationRecord; trade: TradeRecord; protocol: Protocol } {
  const notification = ledger.findNotification(delivery.notificationId)
  const trade = ledger.findTrade(delivery)
  if (notification === null || trade === null) throw new Error(`no notification for delivery ${delivery.id}`)
  return { notification, trade, protocol: protocols[notification.apiVersion] }
}
