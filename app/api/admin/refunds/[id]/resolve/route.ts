import { resolveRefund } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { answerRefund, readRefundNo } from '../../answer'

/** Writes down what was done about a refund that WeChat cannot carry out, or found about one that was made elsewhere. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await resolveRefund(shop, readRefundNo(params.id), note, actor)
  return answerRefund(form.value, result, 'refund_resolved')
})
