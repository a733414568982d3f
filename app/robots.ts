import type { MetadataRoute } from 'next'
import { getConfig } from '@/lib/runtime'

/** The address of the shop is known when it runs, and not when it is built. */
export const dynamic = 'force-dynamic'

/** What belongs to one visitor, or to admins, is nothing for search engines. */
export default async function robots(): Promise<MetadataRoute.Robots> {
  const { origin } = (await getConfig()).publicUrl
  return {
    rules: { userAgent: '*', disallow: ['/admin', '/api/', '/cart', '/orders', '/emulator'] },
    sitemap: `${origin}/sitemap.xml`,
  }
}
