import type { RefundRecord } from '../ledger/refund-schema'
import type { Delivery, TradeRecord } from '../ledger/schema'
import type { EmulatorOptions, SendRequest } from '../public'
import type { WeChat } from '../wechat'
import { createAttempts } from './attempts'
import { createScheduler } from './scheduler'

type DeliveryOptions = {
  send: SendRequest
  /** Whether a merchant may be reached at this address. */
  mayReach: (notifyUrl: string) => boolean
  /** Is told of each attempt that has ended. */
  onAttempt: EmulatorOptions['onAttempt']
  onError: (error: unknown) => void
}

export type Deliveries = ReturnType<typeof createDeliveries>

/** Notifies merchants, again and again until they acknowledge. */
export function createDeliveries(wechat: WeChat, { send, mayReach, onAttempt, onError }: DeliveryOptions) {
  const { ledger, clock } = wechat
  const attempts = createAttempts(wechat, { send, mayReach, onAttempt })
  /** When there is something to do next: a notification to deliver, or a refund to process. */
  const nextDueAt = (): number | null => {
    const times = [ledger.nextDeliveryAt(), ledger.nextRefundAt()].filter((it) => it !== null)
    return times.length === 0 ? null : Math.min(...times)
  }
  const nextDueInMs = (): number | null => {
    const dueAt = nextDueAt()
    return dueAt === null ? null : Math.max(0, dueAt - clock.now())
  }
  const scheduler = createScheduler({ ...attempts, nextDueInMs, onError })
  let advancing: Promise<void> = Promise.resolve()

  async function advanceNow(ms: number): Promise<void> {
    const target = clock.now() + ms
    for (;;) {
      await scheduler.runDue()
      const dueAt = nextDueAt()
      if (dueAt === null || dueAt > target) break
      clock.moveTo(dueAt)
    }
    clock.moveTo(target)
    scheduler.wake()
  }

  return {
    ...scheduler,
    nextDueInMs,

    /** Lets `ms` milliseconds pass, with every delivery at its own time. Two calls pass one after the other. */
    advance: (ms: number): Promise<void> => {
      const advanced = advancing.then(() => advanceNow(ms))
      advancing = advanced.catch(() => undefined)
      return advanced
    },

    /** Notifies a merchant once more, outside the schedule; null if there is nothing to tell. Waits for the reply. */
    resend: async (subject: TradeRecord | RefundRecord): Promise<Delivery | null> => {
      const notification =
        'refundId' in subject ? ledger.findRefundNotification(subject) : ledger.findPaymentNotification(subject)
      if (notification === null) return null
      const attempt = Math.max(1, ledger.newestAttempt(notification))
      const id = ledger.insertDelivery(notification, { attempt, dueAt: clock.now(), cause: 'resend' })
      await scheduler.runDueOf(subject)
      return ledger.findDelivery(id)
    },
  }
}
