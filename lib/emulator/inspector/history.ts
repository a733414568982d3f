import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { findCheckout } from '../api/cashier'
import type { ActivityCursor } from '../ledger/activity'
import type { TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { writeActivityCursor } from './filters'
import type { FullActivity, History } from './order-page'

const ACTIVITY_MAX = 50
const PREPAYS_MAX = 10
/** Characters of a body that the history shows; the whole is on the page of the call or delivery. */
const EXCERPT_MAX = 4_000

/** What happened to one order: the latest calls and deliveries, or those before a position in the list. */
export function findHistory(wechat: WeChat, trade: TradeRecord, before: ActivityCursor | undefined): History {
  const { ledger } = wechat
  const { activities, next } = ledger.listActivity({ trade, before }, ACTIVITY_MAX)
  const prepays = ledger.listPrepays(trade, PREPAYS_MAX)
  const [newest] = prepays
  return {
    trade,
    checkout: newest === undefined ? null : findCheckout(wechat, newest),
    prepays: prepays.map((prepay) => ({ prepay, payableUntil: findCheckout(wechat, prepay)?.payableUntil ?? 0 })),
    activities: activities.reverse().map((activity): FullActivity => {
      if (activity.kind === 'call') {
        const kept = ledger.findRequest(activity.id)
        return {
          ...activity,
          body: excerpt(visibleBytes(kept?.body ?? Buffer.alloc(0))),
          answer: answerOf(kept?.answer),
        }
      }
      const kept = ledger.findDelivery(activity.id)
      return { ...activity, body: excerpt(visibleText(kept?.body ?? '')), answer: answerOf(kept?.reply) }
    }),
    earlier: next && writeActivityCursor(next),
    upcoming: ledger.listDeliveriesOf(trade).filter(({ outcome }) => outcome === 'waiting'),
  }
}

function answerOf(text: string | null | undefined): string | null {
  return text ? excerpt(visibleText(text)) : null
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_MAX ? text : `${text.slice(0, EXCERPT_MAX)} …`
}
