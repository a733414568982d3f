import { json } from '@/lib/web/problem'
import { route } from '../route-handler'

/** Says ok while the store answers. */
export const GET = route(async ({ runtime }) => {
  try {
    await runtime.shop.store.ping()
    return json({ status: 'ok' })
  } catch {
    return json({ status: 'unavailable' }, 503)
  }
})
