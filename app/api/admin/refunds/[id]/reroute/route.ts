import { rerouteRefund } from '@/lib/shop/reroute-refund'
import { readForm } from '@/lib/web/body'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { answerRefund, readRefundNo } from '../../answer'

/** Has WeChat pay an abnormal refund to the merchant's bank card; the note says how the buyer gets the money. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await rerouteRefund(shop, readRefundNo(params.id), note, actor)
  return answerRefund(form.value, result, 'refund_rerouted')
})
