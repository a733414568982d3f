import { backPath, redirect, withProblem } from '@/lib/web/redirect'
import type { ActionAnswer } from '../action-answer'

const CALENDAR = '/admin/bills'

/** Leads a form about a bill back to the page on which it stood. */
export function answerBill(form: URLSearchParams, result: ActionAnswer, done: string): Response {
  const back = backPath(form.get('back'), CALENDAR)
  const page = back.startsWith(CALENDAR) ? back : CALENDAR
  if (!result.ok) return redirect(withProblem(page, result.reason))
  const separator = page.includes('?') ? '&' : '?'
  return redirect(`${page}${separator}done=${done}`)
}
