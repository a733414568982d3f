import { parseDay } from '@/lib/shop/beijing'
import { BILL_KINDS } from '@/lib/shop/bill'
import { fetchBillAs } from '@/lib/shop/bill-actions'
import { readForm } from '@/lib/web/body'
import { operatorRoute } from '../../../route-handler'
import { answerBill } from '../../answer'

/** Fetches a day's bill now and compares it. */
export const POST = operatorRoute<{ date: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const day = parseDay(params.date)
  const kind = BILL_KINDS.find((it) => it === form.value.get('kind'))
  if (day === null || kind === undefined) return answerBill(form.value, { ok: false, reason: 'not_found' }, '')
  return answerBill(form.value, await fetchBillAs(shop, { day, kind }, actor), 'bill_fetched')
})
