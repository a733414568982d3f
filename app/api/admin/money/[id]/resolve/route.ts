import { resolveTransaction } from '@/lib/shop/admin-actions'
import { readForm } from '@/lib/web/body'
import { answerAction } from '../../../action-answer'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { pageOfMoney } from '../../page-of-money'

/** Writes down what was done about money that paid no order. It goes back to the order's page, or to the list of money. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const page = await pageOfMoney(shop, id, form.value)
  const result = note === null ? NOTE_REQUIRED : await resolveTransaction(shop, id, note, actor)
  return answerAction(request, result, { page, done: 'resolved' })
})
