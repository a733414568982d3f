import { parseDay } from '@/lib/shop/beijing'
import { acceptDifferencesOf } from '@/lib/shop/bill-actions'
import { DIFFERENCE_KINDS } from '@/lib/shop/difference'
import { readForm } from '@/lib/web/body'
import { NOTE_REQUIRED, readNote } from '../../../note'
import { operatorRoute } from '../../../route-handler'
import { answerBill } from '../../answer'

/** Writes down why the open differences of one kind of a day stay as they are. */
export const POST = operatorRoute<{ date: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const day = parseDay(params.date)
  const kind = DIFFERENCE_KINDS.find((it) => it === form.value.get('kind'))
  if (day === null || kind === undefined) return answerBill(form.value, { ok: false, reason: 'not_found' }, '')
  const note = readNote(form.value)
  const result = note === null ? NOTE_REQUIRED : await acceptDifferencesOf(shop, { day, kind }, note, actor)
  return answerBill(form.value, result, 'difference_accepted')
})
