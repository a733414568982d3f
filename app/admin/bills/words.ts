import { isPatient, type MilliFen, type ReviewedBillDay } from '@/lib/shop/bill'
import { formatClaim } from '@/lib/shop/money'
import type { Tone } from '../../_ui/chip'

/** How a day stands, as somebody sees it in the calendar. */
type DayStanding = 'agreed' | 'open' | 'no_bill' | 'waiting' | 'failed'

export const STANDING_TONES: Record<DayStanding, Tone> = {
  agreed: 'good',
  open: 'alarm',
  no_bill: 'over',
  waiting: 'waiting',
  failed: 'alarm',
}

export function standingOfDay({ status, open, problem }: ReviewedBillDay): DayStanding {
  if (status === 'waiting') return problem === null || isPatient(problem) ? 'waiting' : 'failed'
  if (open > 0) return 'open'
  return status === 'no_bill' ? 'no_bill' : 'agreed'
}

/** Fees are counted more finely than money is shown. */
export function formatMilliFen(amount: MilliFen, locale: string): string {
  return formatClaim(amount / 1_000, locale)
}
