import { z } from 'zod'
import { readForm } from '@/lib/web/body'
import { CART_AGE_SECONDS, CART_COOKIE, changeCart, readCart, writeCart } from '@/lib/web/cart'
import { readCookie, writeCookie } from '@/lib/web/cookie'
import { backPath, redirect, withProblem } from '@/lib/web/redirect'
import { formRoute } from '../route-handler'

const change = z.object({
  action: z.enum(['add', 'set', 'remove']),
  productId: z.string().regex(/^[a-z0-9-]{1,32}$/),
  quantity: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .default(1),
})

/** Changes what this browser has in its cart. */
export const POST = formRoute(async ({ request, runtime }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const back = backPath(form.value.get('back'), '/cart')
  const asked = change.safeParse(Object.fromEntries(form.value))
  if (!asked.success) {
    const isQuantity = asked.error.issues.every(({ path }) => path[0] === 'quantity')
    if (!isQuantity) return redirect(withProblem(back, 'invalid_body'))
    return redirect(withProblem(back, 'invalid_quantity', { product: form.value.get('productId') ?? '' }))
  }
  const { action, productId, quantity } = asked.data
  if (action === 'add' && quantity < 1) return redirect(withProblem(back, 'invalid_quantity', { product: productId }))

  const found = await runtime.shop.store.listProductsById([productId])
  if (action !== 'remove' && found.length === 0)
    return redirect(withProblem(back, 'unknown_product', { product: productId }))
  const next = { add: (before: number) => before + quantity, set: () => quantity, remove: () => 0 }[action]
  const items = changeCart(readCart(readCookie(request, CART_COOKIE)), productId, next)
  return redirect(back, [writeCookie(CART_COOKIE, writeCart(items), CART_AGE_SECONDS, runtime.config.publicUrl)])
})
