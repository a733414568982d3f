import type { Runtime } from '@/lib/runtime'
import { requestRefund } from '@/lib/shop/refunds'
import { isForm, readForm, readJson } from '@/lib/web/body'
import { json, problem } from '@/lib/web/problem'
import { redirect, withProblem } from '@/lib/web/redirect'
import { readReason } from '@/lib/web/refund-form'
import { requestLocale } from '@/lib/web/request-locale'
import { refundRequest } from '../../../contract/schemas'
import { orderRoute } from '../../../route-handler'
import { viewOf } from '../../view'

/** The buyer asks for the money of a paid order back; an operator decides. */
export const POST = orderRoute(async ({ request, runtime, params }) =>
  isForm(request) ? askFromForm(request, runtime, params.id) : askFromJson(request, runtime, params.id),
)

async function askFromForm(request: Request, runtime: Runtime, orderId: string): Promise<Response> {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const page = `/orders/${orderId}`
  const asked = await ask(runtime, orderId, form.value.get('reason'))
  // Pressed twice, it was asked for once, and the page says that it waits.
  return redirect(asked.ok || asked.reason === 'refund_pending' ? page : withProblem(page, asked.reason))
}

async function askFromJson(request: Request, runtime: Runtime, orderId: string): Promise<Response> {
  const body = await readJson(request, refundRequest)
  if (!body.ok) return body.response
  const asked = await ask(runtime, orderId, body.value.reason)
  if (!asked.ok) return problem(asked.reason)
  return json(await viewOf(runtime.shop, orderId, requestLocale(request)))
}

async function ask({ shop }: Runtime, orderId: string, typed: string | null) {
  const reason = readReason(typed)
  return reason.ok ? requestRefund(shop, orderId, { reason: reason.text }) : reason
}
