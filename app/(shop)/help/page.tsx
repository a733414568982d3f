import type { Metadata } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { getConfig } from '@/lib/runtime'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('help'))('title') }
}

const TOPICS = ['pay', 'ship', 'refund', 'find', 'data'] as const

/** What buyers ask, answered in a sentence or two, and whom to ask about the rest. */
export default async function HelpPage() {
  const t = await getTranslations('help')
  const { payments, contactEmail } = await getConfig()
  const isDemo = payments === 'emulator'
  return (
    <div className="mx-auto max-w-2xl px-4 pt-10 sm:px-6">
      <h1 className="text-3xl">{t('title')}</h1>
      {TOPICS.map((topic) => (
        <section key={topic} className="mt-8">
          <h2 className="text-xl">{t(`${topic}.title`)}</h2>
          <p className="mt-2 leading-relaxed text-faded">
            {topic === 'ship' && isDemo ? t('ship.demo') : t(`${topic}.text`)}
          </p>
          {topic === 'find' && (
            <Link href="/orders" className="inline-flex min-h-11 items-center text-jade underline">
              {t('find.link')}
            </Link>
          )}
        </section>
      ))}
      <section className="mt-8 rounded-3xl border border-line bg-card p-6">
        <h2 className="text-xl">{t('contact.title')}</h2>
        <p className="mt-2 leading-relaxed">
          {contactEmail === null ? (
            isDemo && t('contact.demo')
          ) : (
            <>
              {t('contact.text')}{' '}
              <a href={`mailto:${contactEmail}`} className="text-jade underline">
                {contactEmail}
              </a>
            </>
          )}
        </p>
      </section>
    </div>
  )
}
