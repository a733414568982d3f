import { shipOrder } from '@/lib/shop/admin-actions'
import { isForm, readForm } from '@/lib/web/body'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'
import { readTrackingNumber } from '../../tracking-number'

/** Says that the goods of a paid order have left, and with which parcel if the form names one. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = isForm(request) ? await readForm(request) : null
  if (form?.ok === false) return form.response
  const number = form === null ? null : readTrackingNumber(form.value)
  const result =
    number === 'invalid'
      ? ({ ok: false, reason: 'invalid_tracking_number' } as const)
      : await shipOrder(shop, id, actor, number)
  return answerAction(request, result, { page: `/admin/orders/${encodeURIComponent(id)}`, done: 'shipped' })
})
