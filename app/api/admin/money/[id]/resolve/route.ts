import { z } from 'zod'
import { resolveTransaction } from '@/lib/shop/admin-actions'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'
import { readForm } from '@/lib/web/body'
import { answerAction } from '../../../action-answer'
import { operatorRoute } from '../../../route-handler'

const note = z.string().trim().min(1).max(NOTE_LENGTH_MAX)

/** Writes down what was done about money that paid no order. It goes back to the order's page, or to the list of money. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const given = note.safeParse(form.value.get('note'))
  const money = await shop.store.findTransactionForReview(id)
  const isFromOrder = money?.orderId != null && form.value.get('from') === 'order'
  const page = isFromOrder ? `/admin/orders/${money.orderId}` : '/admin/money'
  const result = given.success
    ? await resolveTransaction(shop, id, given.data, actor)
    : ({ ok: false, reason: 'note_required' } as const)
  return answerAction(request, result, { page, done: 'resolved' })
})
