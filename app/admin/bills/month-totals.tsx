import { getLocale, getTranslations } from 'next-intl/server'
import type { Day } from '@/lib/shop/beijing'
import { type BillTotals, isTradeTotals, netMilliFen, type ReviewedBillDay } from '@/lib/shop/bill'
import { formatClaim } from '@/lib/shop/money'
import { Chart } from '../../_ui/chart'
import { formatMilliFen } from './words'

const NOTHING: BillTotals = { rows: 0, payments: 0, paidFen: 0, refunds: 0, refundedFen: 0, feeMilliFen: 0 }

/** What bills come to together. */
function sumOfBills(bills: Pick<ReviewedBillDay, 'totals'>[]): BillTotals {
  return bills.reduce((sum, { totals }) => (isTradeTotals(totals) ? added(sum, totals) : sum), NOTHING)
}

function added(a: BillTotals, b: BillTotals): BillTotals {
  return {
    rows: a.rows + b.rows,
    payments: a.payments + b.payments,
    paidFen: a.paidFen + b.paidFen,
    refunds: a.refunds + b.refunds,
    refundedFen: a.refundedFen + b.refundedFen,
    feeMilliFen: a.feeMilliFen + b.feeMilliFen,
  }
}

/** Payments, refunds, fees and what is left, of a month or a day. */
export async function MonthTotals({ bills }: { bills: Pick<ReviewedBillDay, 'totals'>[] }) {
  const t = await getTranslations('bills')
  const locale = await getLocale()
  const sum = sumOfBills(bills)
  const facts = [
    [t('paid'), formatClaim(sum.paidFen, locale), t('payments', { count: sum.payments })],
    [t('refunded'), formatClaim(sum.refundedFen, locale), t('refunds', { count: sum.refunds })],
    [t('fees'), formatMilliFen(sum.feeMilliFen, locale), null],
    [t('net'), formatMilliFen(netMilliFen(sum), locale), t('netHint')],
  ] as const
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {facts.map(([name, value, hint]) => (
        <div key={name} className="min-w-0 rounded-2xl border border-line bg-card p-3 sm:p-4">
          <dt className="text-sm text-faded">{name}</dt>
          <dd className="mt-1 font-serif text-xl break-words tabular-nums sm:text-2xl">{value}</dd>
          {hint !== null && <dd className="text-sm text-faded tabular-nums">{hint}</dd>}
        </div>
      ))}
    </dl>
  )
}

/** Payments and refunds of each day, in yuan. */
export async function MonthChart({ days, bills }: { days: Day[]; bills: ReviewedBillDay[] }) {
  const t = await getTranslations('bills')
  const totalsOf = (day: Day) => {
    const totals = bills.find((bill) => bill.day === day)?.totals ?? null
    return isTradeTotals(totals) ? totals : null
  }
  const yuan = (milliFen: number) => Math.round(milliFen / 1_000) / 100
  const valuesOf = (value: (totals: BillTotals) => number) =>
    days.map((day) => {
      const totals = totalsOf(day)
      return totals === null ? null : yuan(value(totals))
    })
  return (
    <Chart
      title={t('chart')}
      labels={days.map((day) => String(Number(day.slice(8))))}
      series={[
        { name: t('net'), colour: 'good', values: valuesOf(netMilliFen) },
        { name: t('refunded'), colour: 'alarm', values: valuesOf(({ refundedFen }) => refundedFen * 1_000) },
      ]}
    />
  )
}
