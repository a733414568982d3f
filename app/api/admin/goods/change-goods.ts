import { z } from 'zod'
import type { Actor } from '@/lib/shop/audit'
import type { GoodsResult } from '@/lib/shop/goods'
import type { Shop } from '@/lib/shop/shop'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { operatorRoute } from '../route-handler'

/** Which state of the product the operator saw. */
export const version = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number)

/** A form on a product's page for operators, which leads back there with what was done, or why not. */
export function goodsRoute<Change>(
  done: 'price' | 'stock' | 'offer',
  schema: z.ZodType<Change>,
  act: (shop: Shop, id: string, change: Change, actor: Actor) => Promise<GoodsResult>,
) {
  return operatorRoute<{ id: string }>(async ({ request, runtime: { shop }, params: { id }, actor }) => {
    const form = await readForm(request)
    if (!form.ok) return form.response
    const page = `/admin/goods/${encodeURIComponent(id)}`
    const asked = schema.safeParse(Object.fromEntries(form.value))
    if (!asked.success) return redirect(withProblem(page, 'invalid_body'))
    const result = await act(shop, id, asked.data, actor)
    return redirect(result.ok ? `${page}?done=${done}` : withProblem(page, result.reason))
  })
}
