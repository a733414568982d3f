import type { Chance } from './chance'

/** What can happen to a call of the shop to WeChat. */
type CallFault =
  | 'request lost'
  | 'answer lost'
  | 'request late'
  | 'answer late'
  | 'request twice'
  | 'system error'
  | 'gateway error'
  | 'answer cut'
  | 'answer unsigned'
  | 'answer tampered'
  | 'answer of another merchant'

/** What can happen to a delivery of WeChat to the shop. */
type DeliveryFault =
  | 'delivery lost'
  | 'reply lost'
  | 'delivery twice'
  | 'delivery late'
  | 'delivery out of order'
  | 'amount tampered'
  | 'sign tampered'
  | 'sign missing'
  | 'other merchant'
  | 'truncated'
  | 'doctype'

/** What can happen to a call of the shop to its store; the last kind fails after everything was written. */
type StoreFault = 'store busy' | 'disk full' | 'commit unclear'

/** What can become of a refund at WeChat, by the emulator's names. */
type RefundFault =
  | 'needRetry'
  | 'orderNotReady'
  | 'frequencyLimited'
  | 'accountAbnormal'
  | 'certError'
  | 'refundClosed'
  | 'refundAbnormal'

/** How bad it is: probabilities for each call or each step, and how many strangers there are. No storm has everything. */
export type Weather = {
  calls: Partial<Record<CallFault, number>>
  deliveries: Partial<Record<DeliveryFault, number>>
  store: Partial<Record<StoreFault, number>>
  refunds: Partial<Record<RefundFault, number>>
  /** Whether the merchant's account at WeChat is empty until somebody fills it. */
  isPoor: boolean
  /** Whether late and second money is sent back by the rule. */
  refundsStray: boolean
  /** Work that is held up between two steps while everybody else goes on. */
  stalls: number
  /** Buyers who have paid before the shop knows that they can. */
  quickBuyers: number
  shopDies: number
  emulatorDies: number
  clockJumps: number
  strangers: number
  hasTwoShops: boolean
}

const CALL_FAULTS: readonly CallFault[] = [
  ...(['request lost', 'answer lost', 'request late', 'answer late', 'request twice', 'system error'] as const),
  ...(['gateway error', 'answer cut', 'answer unsigned', 'answer tampered', 'answer of another merchant'] as const),
]
const DELIVERY_FAULTS: readonly DeliveryFault[] = [
  ...(['delivery lost', 'reply lost', 'delivery twice', 'delivery late', 'delivery out of order'] as const),
  ...(['amount tampered', 'sign tampered', 'sign missing', 'other merchant', 'truncated', 'doctype'] as const),
]
const STORE_FAULTS: readonly StoreFault[] = ['store busy', 'disk full', 'commit unclear']
const REFUND_FAULTS: readonly RefundFault[] = [
  ...(['needRetry', 'orderNotReady', 'frequencyLimited', 'accountAbnormal', 'certError'] as const),
  ...(['refundClosed', 'refundAbnormal'] as const),
]

export const FAIR: Weather = {
  calls: {},
  deliveries: {},
  store: {},
  refunds: {},
  isPoor: false,
  refundsStray: false,
  stalls: 0,
  quickBuyers: 0,
  shopDies: 0,
  emulatorDies: 0,
  clockJumps: 0,
  strangers: 0,
  hasTwoShops: false,
}

/** Each storm has its own mixture, so that some go deep into one kind of trouble. */
export function drawWeather(chance: Chance): Weather {
  const odds = <Kind extends string>(kinds: readonly Kind[], worst: number): Partial<Record<Kind, number>> => {
    const drawn: Partial<Record<Kind, number>> = {}
    if (chance.happens(0.3)) return drawn
    for (const kind of kinds) if (chance.happens(0.4)) drawn[kind] = chance.pick([worst / 6, worst / 3, worst])
    return drawn
  }
  const sometimes = (share: number, often: readonly number[]) => (chance.happens(share) ? chance.pick(often) : 0)
  return {
    calls: odds(CALL_FAULTS, 0.3),
    deliveries: odds(DELIVERY_FAULTS, 0.3),
    store: chance.happens(0.4) ? odds(STORE_FAULTS, 0.1) : {},
    stalls: sometimes(0.6, [0.1, 0.3]),
    quickBuyers: sometimes(0.4, [0.2, 0.6]),
    shopDies: sometimes(0.6, [0.005, 0.02]),
    emulatorDies: sometimes(0.3, [0.005, 0.02]),
    clockJumps: sometimes(0.25, [0.002, 0.01]),
    strangers: sometimes(0.4, [1, 2, 4]),
    hasTwoShops: chance.happens(0.2),
    refunds: chance.happens(0.4) ? odds(REFUND_FAULTS, 0.5) : {},
    isPoor: chance.happens(0.1),
    refundsStray: chance.happens(0.2),
  }
}
