import { FEN_MAX } from '@/lib/shop/limits'
import { fen, writeYuan } from '@/lib/shop/money'
import { refundOrder } from '@/lib/shop/refunds'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { pieceField, readConfirmed } from '@/lib/web/refund-form'
import { operatorRoute } from '../../../route-handler'

/** Sends money of a paid order back, as the page that asked once more had it. What is refused goes back into the form. */
export const POST = operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params, actor }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const id = encodeURIComponent(params.id)
  const read = readConfirmed(form.value)
  const result = read.ok ? await refundOrder(shop, params.id, read.wanted, actor) : read
  if (result.ok) return redirect(`/admin/orders/${id}?done=refunded`)
  return redirect(withProblem(`/admin/orders/${id}/refund`, result.reason, typedAgain(form.value)))
})

/** What was pressed, as the form would have had it. */
function typedAgain(form: URLSearchParams): Record<string, string> {
  const lines = form.getAll('line').map((line) => line.split(':'))
  const amountFen = Number(form.get('amountFen'))
  const isAmount = Number.isSafeInteger(amountFen) && amountFen > 0 && amountFen <= FEN_MAX
  return {
    what: lines.length > 0 ? 'lines' : 'amount',
    ...Object.fromEntries(lines.map(([productId = '', quantity = '']) => [pieceField(productId), quantity])),
    yuan: lines.length === 0 && isAmount ? writeYuan(fen(amountFen)) : '',
    reason: form.get('reason') ?? '',
    ...(form.get('stock') === '1' && { stock: '1' }),
  }
}
