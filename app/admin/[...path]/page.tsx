import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { MissingPage } from '../missing-page'
import { requireAdmin } from '../require-admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notFound'))('title'), robots: { index: false } }
}

/** Every address below `/admin` that is no page. */
export default async function NoPage() {
  return <MissingPage admin={await requireAdmin('overview')} />
}
