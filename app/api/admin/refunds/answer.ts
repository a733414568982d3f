import { backPath, redirect, withProblem } from '@/lib/web/redirect'
import type { ActionAnswer } from '../action-answer'

const LIST = '/admin/refunds'

/** Leads a form about a refund back to the list or to the order on whose page it stood. */
export function answerRefund(form: URLSearchParams, result: ActionAnswer, done: string): Response {
  const back = backPath(form.get('back'), LIST)
  const page = back.startsWith('/admin/') ? back : LIST
  if (!result.ok) return redirect(withProblem(page, result.reason))
  const separator = page.includes('?') ? '&' : '?'
  return redirect(`${page}${separator}done=${done}`)
}

/** The number in a path, which may have been written as an address writes it. No number has a `%`. */
export function readRefundNo(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}
