import { acceptDifference } from '@/lib/shop/bill-actions'
import { readForm } from '@/lib/web/body'
import { readId } from '@/lib/web/list-query'
import { answerBill } from '../../../bills/answer'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'

/** Writes down why a difference stays as it is. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await acceptDifference(shop, readId(params.id) ?? 0, note, actor)
  return answerBill(form.value, result, 'difference_accepted')
})
