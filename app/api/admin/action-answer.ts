import { isForm } from '@/lib/web/body'
import { json, type ProblemCode, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'

/** What came of an action: it was done, or why not. */
export type ActionAnswer = { ok: true } | { ok: false; reason: ProblemCode }

/** Leads a form back to the page it stood on, with the word for what was done or why not; tells a program the same. */
export function answerAction(
  request: Request,
  result: ActionAnswer,
  { page, done }: { page: string; done: string },
): Response {
  if (!isForm(request)) return result.ok ? json({ done }) : problem(result.reason)
  return redirect(result.ok ? `${page}?done=${done}` : withProblem(page, result.reason))
}
