import { visibleBytes, visibleText } from '@/lib/web/visible-text'
import { findCheckout } from '../api/cashier'
import type { Trade } from '../ledger/schema'
import type { WeChat } from '../wechat'
import type { Position } from './activity'
import type { FullActivity, History } from './order-page'
import { writePosition } from './wish'

const ACTIVITY_MAX = 50
const PREPAYS_MAX = 10
/** Characters of a body that the history shows; the whole is on the page of the call or delivery. */
const EXCERPT_MAX = 4_000

/** What happened to one order: the latest calls and deliveries, or those before a place in the list. */
export function findHistory(wechat: WeChat, trade: Trade, before: Position | undefined): History {
  const { ledger } = wechat
  const { acts, next } = ledger.listActivity({ trade, before }, ACTIVITY_MAX)
  const prepays = ledger.listPrepays(trade, PREPAYS_MAX)
  const [newest] = prepays
  return {
    trade,
    checkout: newest === undefined ? null : findCheckout(wechat, newest),
    prepays: prepays.map((prepay) => ({ prepay, payableUntil: findCheckout(wechat, prepay)?.payableUntil ?? 0 })),
    acts: acts.reverse().map((act): FullActivity => {
      if (act.kind === 'call') {
        const kept = ledger.findRequest(act.id)
        return { ...act, body: excerpt(visibleBytes(kept?.body ?? Buffer.alloc(0))), answer: told(kept?.answer) }
      }
      const kept = ledger.findDelivery(act.id)
      return { ...act, body: excerpt(visibleText(kept?.body ?? '')), answer: told(kept?.reply) }
    }),
    earlier: next && writePosition(next),
    upcoming: ledger.listDeliveriesOf(trade).filter(({ outcome }) => outcome === 'waiting'),
  }
}

function told(text: string | null | undefined): string | null {
  return text ? excerpt(visibleText(text)) : null
}

function excerpt(text: string): string {
  return text.length <= EXCERPT_MAX ? text : `${text.slice(0, EXCERPT_MAX)} …`
}
