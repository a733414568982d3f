import { parseArgs } from 'node:util'
import { visibleText } from '@/lib/net/visible-text'
import { type Day, dayAfter, dayOf, parseDay } from '@/lib/shop/beijing'
import { BILL_DAYS_MAX, BILL_KINDS, type BillDay, isTradeTotals, type MilliFen, netMilliFen } from '@/lib/shop/bill'
import { fetchBillAs, hasBill } from '@/lib/shop/bill-actions'
import { tickDifferences } from '@/lib/shop/reconcile'
import type { Shop } from '@/lib/shop/shop'

const USAGE = 'npm run reconcile -- --date 2026-01-05'

export const HELP = `${USAGE}

Fetches WeChat's bills of one day in Beijing now and compares them with the shop and with each other, also while
the shop runs. The settings are the shop's own, from the environment. The day may be any of the last ${BILL_DAYS_MAX}; its bills
are there on the next day from 10:00 on, Beijing time. What came is kept, and shown at /admin/bills.

Ends with 0 when the day agrees or has no bill, with 1 when it does not agree or could not be compared, and with 2
when it was not told which day.`

/** An argument as an error names it: nothing in it controls a terminal. */
const named = (text: string) => `"${visibleText(text).replaceAll(/\s/g, ' ').slice(0, 64)}"`

/** What somebody typed after the command's name. */
export function readArguments(args: string[]): { day: Day } | 'help' | { mistake: string } {
  let given: { date: string[]; help: boolean; rest: string[] }
  try {
    const options = { date: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    given = { date: values.date ?? [], help: values.help === true, rest: positionals }
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/)
    return { mistake: `${visibleText(why).slice(0, 200)}. It is used so: ${USAGE}` }
  }
  const { date, help, rest } = given
  if (help) return 'help'
  if (rest[0] !== undefined) return { mistake: `${named(rest[0])} has no meaning here. It is used so: ${USAGE}` }
  if (date[0] === undefined) return { mistake: `Say which day: ${USAGE}` }
  if (date.length > 1) return { mistake: '--date is there more than once, and one day is compared at a time.' }
  const day = parseDay(date[0])
  return day === null ? { mistake: `${named(date[0])} is no day; a day is written as 2026-01-05.` } : { day }
}

/** Why WeChat has no bill of a day by its date alone; null when it may have one. */
export function whyNoBill(shop: Pick<Shop, 'now'>, day: Day, isReal: boolean): string | null {
  const today = dayOf(shop.now())
  // An emulator's clock may be ahead, and then it knows.
  if (day >= today && (isReal || !hasBill(shop, day))) {
    return `${day} is not over: in Beijing it is ${today}, and a bill is there on the next day from 10:00 on.`
  }
  if (hasBill(shop, day)) return null
  return `${day} is too long ago: WeChat has the bills of ${BILL_DAYS_MAX} days, from ${dayAfter(today, -BILL_DAYS_MAX)} on.`
}

const ACTOR = { email: 'npm run reconcile', role: null, address: 'this machine' } as const
/** More are not named; the page has all. */
const NAMED_MAX = 100

/** Fetches and compares a day; says whether it agrees. */
export async function reconcileDay(shop: Shop, day: Day, say: (line: string) => void): Promise<boolean> {
  let isDone = true
  for (const kind of BILL_KINDS) {
    const why = kind === 'fund_flow' ? shop.gateway.whyNoFundFlow() : null
    if (why !== null) say(`fund_flow: left out (${why})`)
    else {
      const fetched = await fetchBillAs(shop, { day, kind }, ACTOR)
      const bill = await shop.store.findBill({ day, kind })
      say(`${kind}: ${bill === null || !fetched.ok ? 'not_found' : standingOf(bill)}`)
      isDone &&= fetched.ok && fetched.came !== 'waiting'
    }
  }
  await tickDifferences(shop)
  const open = await shop.store.listDifferences(day, { isOpen: true, after: null, limit: NAMED_MAX + 1 })
  for (const { kind, subject, number } of open.slice(0, NAMED_MAX)) {
    say(`open: ${kind} ${subject} ${visibleText(number)}`)
  }
  if (open.length > NAMED_MAX) say(`open: more, see /admin/bills/${day}`)
  return isDone && open.length === 0
}

function standingOf({ status, problem, problemLine, totals }: BillDay): string {
  if (problem !== null) return `${visibleText(problem)}${problemLine === null ? '' : ` in line ${problemLine}`}`
  if (totals === null) return status
  if (!isTradeTotals(totals)) {
    const { rows, incomeFen, expenseFen } = totals
    return `${status}, ${rows} lines, income ${yuan(incomeFen * 1_000)}, expense ${yuan(expenseFen * 1_000)}`
  }
  const { payments, paidFen, refunds, refundedFen, feeMilliFen } = totals
  const sums = [
    `${payments} payments ${yuan(paidFen * 1_000)}`,
    `${refunds} refunds ${yuan(refundedFen * 1_000)}`,
    `fees ${yuan(feeMilliFen)}`,
    `net ${yuan(netMilliFen(totals))}`,
  ]
  return `${status}, ${sums.join(', ')}`
}

/** As bills write it, with five decimals where the last three say anything. */
function yuan(amount: MilliFen): string {
  const digits = String(Math.abs(amount)).padStart(6, '0')
  const text = `${amount < 0 ? '-' : ''}${digits.slice(0, -5)}.${digits.slice(-5)}`
  return text.endsWith('000') ? text.slice(0, -3) : text
}
