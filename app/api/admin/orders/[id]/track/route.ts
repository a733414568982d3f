import { trackOrder } from '@/lib/shop/admin-actions'
import { readForm } from '@/lib/web/body'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'
import { readTrackingNumber } from '../../tracking-number'

/** Gives the parcel of an order that left its number, or corrects it. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const number = readTrackingNumber(form.value)
  const result =
    number === null || number === 'invalid'
      ? ({ ok: false, reason: 'invalid_tracking_number' } as const)
      : await trackOrder(shop, id, number, actor)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'tracked' })
})
