import type { RefundResult } from '@/lib/shop/refunds'
import { backPath, redirect, withProblem } from '@/lib/web/redirect'

/** Leads a form about a refund back to the list or to the order on whose page it stood. */
export function answerRefund(form: URLSearchParams, result: RefundAnswer, done: string): Response {
  const back = backPath(form.get('back'), LIST)
  const page = back.startsWith('/admin/') ? back : LIST
  if (!result.ok) return redirect(withProblem(page, result.reason))
  const separator = page.includes('?') ? '&' : '?'
  return redirect(`${page}${separator}done=${done}`)
}

export type RefundAnswer = RefundResult | { ok: false; reason: 'note_required' }

const LIST = '/admin/refunds'
