import { getRuntime } from '@/lib/runtime'
import { json } from '@/lib/web/problem'

/** Says ok while the store answers. */
export async function GET(): Promise<Response> {
  try {
    const { shop } = await getRuntime()
    await shop.store.ping()
    return json({ status: 'ok' })
  } catch {
    return json({ status: 'unavailable' }, 503)
  }
}
