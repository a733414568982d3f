import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { findCheckout } from '../api/cashier'
import { isPaid } from '../api/orders'
import type { ActivityCursor, ActivityFilter } from '../ledger/activity'
import type { RefundRecord } from '../ledger/refund-schema'
import type { Delivery, TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { writeActivityCursor } from './filters'
import type { History } from './order-page'
import type { RefundHistory } from './refund-page'
import type { FullActivity, Happenings } from './timeline'

const ACTIVITY_MAX = 50
const PREPAYS_MAX = 10
const REFUNDS_MAX = 50
/** Characters of a body that the history shows; the whole is on the page of the call or delivery. */
const EXCERPT_MAX = 4_000

/** What happened to one order: the latest calls and deliveries, or those before a position in the list. */
export function findHistory(wechat: WeChat, trade: TradeRecord, before: ActivityCursor | undefined): History {
  const { ledger } = wechat
  const { refundedFee } = ledger.totalRefundsOf(trade)
  const leftFee = trade.totalFee - refundedFee
  const prepays = ledger.listPrepays(trade, PREPAYS_MAX)
  const [newest] = prepays
  return {
    trade,
    checkout: newest === undefined ? null : findCheckout(wechat, newest),
    prepays: prepays.map((prepay) => ({ prepay, payableUntil: findCheckout(wechat, prepay)?.payableUntil ?? 0 })),
    refunds: ledger.listRefundsOf(trade, { limit: REFUNDS_MAX }),
    refundable: isPaid(trade) && leftFee > 0 ? { leftFee, balance: ledger.balanceOf(trade.mchId) } : null,
    ...findHappenings(wechat, { trade, before }),
    upcoming: ledger.listDeliveriesOf(trade).filter(({ outcome }) => outcome === 'waiting'),
  }
}

/** What happened to one refund. */
export function findRefundHistory(
  wechat: WeChat,
  refund: RefundRecord,
  before: ActivityCursor | undefined,
): RefundHistory | null {
  const { ledger } = wechat
  const trade = ledger.findTrade(refund)
  if (trade === null) return null
  const { outRefundNo } = refund
  const isUpcoming = (it: Delivery) => it.outcome === 'waiting' && it.outRefundNo === outRefundNo
  return {
    refund,
    trade,
    ...findHappenings(wechat, { trade, outRefundNo, before }),
    upcoming: ledger.listDeliveriesOf(trade).filter(isUpcoming),
  }
}

/** The calls and deliveries that a filter lets through, with their texts. */
function findHappenings({ ledger }: WeChat, filter: ActivityFilter): Omit<Happenings, 'upcoming'> {
  const { activities, next } = ledger.listActivity(filter, ACTIVITY_MAX)
  return {
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
  }
}

function answerOf(text: string | null | undefined): string | null {
  return text ? excerpt(visibleText(text)) : null
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_MAX ? text : `${text.slice(0, EXCERPT_MAX)} …`
}
