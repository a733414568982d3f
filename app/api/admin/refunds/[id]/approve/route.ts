import { approveRefund } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { NOTE_REQUIRED, readOptionalNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { answerRefund, readRefundNo } from '../../answer'

/** Follows a buyer's wish, with a sentence for them or without. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readOptionalNote(form.value)
  const result = note.ok ? await approveRefund(shop, readRefundNo(params.id), note.text, actor) : NOTE_REQUIRED
  return answerRefund(form.value, result, 'approved')
})
