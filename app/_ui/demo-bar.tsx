import { getTranslations } from 'next-intl/server'
import { getRuntime } from '@/lib/runtime'
import { demoSignIn } from '@/lib/server/demo'

/** The ways through a shop whose WeChat is the emulator, above each of its pages. */
export async function DemoBar({ isSignedIn = false }: { isSignedIn?: boolean }) {
  const runtime = await getRuntime()
  const { emulator } = runtime.config
  if (emulator === null) return null
  const t = await getTranslations('demo')
  const signIn = isSignedIn ? null : await demoSignIn(runtime)
  const ways = [
    ['/', t('shop')],
    [emulator.phonePath, t('phone')],
    [emulator.phonePath.replace(/\/phone$/, '') || '/', t('inspector')],
    ['/admin', t('admin')],
    ['/api/docs', t('docs')],
  ] as const
  return (
    <nav aria-label={t('title')} className="bg-honey text-sm text-ink">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 px-4 sm:px-6">
        <span className="hidden font-medium sm:inline">{t('title')}</span>
        <ul className="flex flex-wrap gap-x-3 sm:gap-x-4">
          {ways.map(([href, name]) => (
            <li key={name}>
              <a href={href} className="inline-flex min-h-8 items-center underline-offset-4 hover:underline">
                {name}
              </a>
            </li>
          ))}
        </ul>
        {signIn !== null && (
          <p className="min-h-8 py-1 break-words sm:ml-auto">
            {t('signIn')} <span className="font-mono select-all">{signIn.email}</span>{' '}
            <span className="font-mono select-all">{signIn.password}</span>
          </p>
        )}
      </div>
    </nav>
  )
}
