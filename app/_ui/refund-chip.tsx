import { getTranslations } from 'next-intl/server'
import { isSettledByHand, isWish, type Refund, type RefundStatus } from '@/lib/shop/refund'
import { Chip, type Tone } from './chip'

/** Where a refund stands, for people: what is only asked for is not the same as what WeChat is being sent. */
export type RefundState = 'wish' | 'sending' | Exclude<RefundStatus, 'requested'>

function refundState(refund: Refund): RefundState {
  if (refund.status !== 'requested') return refund.status
  return isWish(refund) ? 'wish' : 'sending'
}

/** The same for the buyer, who has not got what somebody settled by hand only because WeChat is done with it. */
export function buyerRefundState(refund: Refund): RefundState {
  return isSettledByHand(refund) ? 'abnormal' : refundState(refund)
}

export const REFUND_TONES: Record<RefundState, Tone> = {
  wish: 'waiting',
  sending: 'waiting',
  processing: 'waiting',
  succeeded: 'good',
  closed: 'over',
  abnormal: 'alarm',
  declined: 'over',
}

/** A refund's state in the words of those who look after the shop. */
export async function RefundChip({ refund }: { refund: Refund }) {
  const t = await getTranslations('refund.state')
  const state = refundState(refund)
  return <Chip tone={REFUND_TONES[state]}>{t(state)}</Chip>
}
