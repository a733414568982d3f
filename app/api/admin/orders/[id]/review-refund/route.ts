import { reviewRefund } from '@/lib/shop/admin-actions'
import { readForm } from '@/lib/web/body'
import { answerAction } from '../../../action-answer'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'

/** Writes down what somebody found about money that went back at WeChat; then the goods may leave. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await reviewRefund(shop, id, note, actor)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'reviewed' })
})
