import { cookies } from 'next/headers'
import { getConfig } from '@/lib/runtime'
import { cookieName } from '@/lib/web/cookie'

/** A cookie of this shop, at a page. */
export async function pageCookie(name: string): Promise<string | undefined> {
  const sent = await cookies()
  return sent.get(cookieName(name, (await getConfig()).publicUrl))?.value
}
