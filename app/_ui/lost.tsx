import { getTranslations } from 'next-intl/server'
import { ButtonLink } from './button'

/** What stands where nothing is, with a way on in the part of the site that it stands in. */
export async function Lost({ home }: { home?: { path: string; words: string } }) {
  const t = await getTranslations('notFound')
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-4 px-4 py-24 text-center">
      <img src="/brand/logo.svg" alt="" width={96} height={96} className="opacity-70" />
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mb-4 text-lg text-faded">{t('text')}</p>
      <ButtonLink href={home?.path ?? '/'}>{home?.words ?? t('home')}</ButtonLink>
    </div>
  )
}
