import { beginOf, type Day, dayAfter, dayOf } from '@/lib/shop/beijing'

/** A month such as 2026-03. */
export type Month = string

export function monthOf(at: number): Month {
  return dayOf(at).slice(0, 7)
}

/** A month from an address; null for whatever is none. */
export function readMonth(text: string | undefined): Month | null {
  return text !== undefined && /^20\d\d-(0[1-9]|1[0-2])$/.test(text) ? text : null
}

/** All days of a month. */
export function daysOf(month: Month): Day[] {
  const days: Day[] = []
  for (let day = `${month}-01`; day.startsWith(month); day = dayAfter(day)) days.push(day)
  return days
}

export function monthAfter(month: Month, step: 1 | -1): Month {
  const days = daysOf(month)
  return (step === 1 ? dayAfter(days.at(-1) ?? '') : dayAfter(days[0] ?? '', -1)).slice(0, 7)
}

/** The place of a day in its week, Monday being 0. */
export function weekdayOf(day: Day): number {
  return (new Date(beginOf(day) + 12 * 3600_000).getUTCDay() + 6) % 7
}

export function billsPath(month: Month): string {
  return `/admin/bills?month=${month}`
}
