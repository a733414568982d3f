import { recordDifference } from '@/lib/shop/bill-actions'
import { readForm } from '@/lib/web/body'
import { readId } from '@/lib/web/list-query'
import { answerBill } from '../../../bills/answer'
import { operatorRoute } from '../../../route-handler'

/** Writes money that only the bill knows down as unreconciled. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  return answerBill(form.value, await recordDifference(shop, readId(params.id) ?? 0, actor), 'difference_recorded')
})
