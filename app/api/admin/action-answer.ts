import type { ActionResult } from '@/lib/shop/admin-actions'
import { isForm } from '@/lib/web/body'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'

/** Leads a form back to the page it stood on, with the word for what was done or why not; tells a program the same. */
export function answerAction(
  request: Request,
  result: ActionResult,
  { page, done }: { page: string; done: string },
): Response {
  if (!isForm(request)) return result.ok ? json({ done }) : problem(result.reason)
  return redirect(result.ok ? `${page}?done=${done}` : withProblem(page, result.reason))
}
