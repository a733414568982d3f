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

/** The trade bills of some days, each with what is open of the account's flow as well: a day is agreed when both agree. */
export function wholeDays(bills: ReviewedBillDay[]): ReviewedBillDay[] {
  return bills.flatMap((bill) => {
    if (bill.kind !== 'trade') return []
    const flow = bills.find(({ day, kind }) => day === bill.day && kind === 'fund_flow')
    return { ...bill, open: bill.open + (flow?.open ?? 0), differences: bill.differences + (flow?.differences ?? 0) }
  })
}

/** Fees are counted more finely than money is shown. */
export function formatMilliFen(amount: MilliFen, locale: string): string {
  return formatClaim(amount / 1_000, locale)
}
