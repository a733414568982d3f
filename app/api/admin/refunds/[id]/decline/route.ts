import { declineRefund } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { answerRefund, readRefundNo } from '../../answer'

/** Does not follow a buyer's wish; the sentence tells them why. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await declineRefund(shop, readRefundNo(params.id), note, actor)
  return answerRefund(form.value, result, 'declined')
})
