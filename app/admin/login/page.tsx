import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { EMAIL_COOKIE } from '@/app/api/admin/login/answer'
import { type AdminPage, readAdminPage } from '@/lib/admin/session'
import { firstOf, readId } from '@/lib/web/list-query'
import { Button } from '../../_ui/button'
import { DemoBar } from '../../_ui/demo-bar'
import { Field } from '../../_ui/field'
import { LanguageForm } from '../../_ui/language-form'
import { ProblemNotice } from '../../_ui/notice'
import { pageCookie } from '../../_ui/page-cookie'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('login'))('title'), robots: { index: false } }
}

/** Two steps at most: the password, and for those who have one, a code of another device. */
export default async function LoginPage({ searchParams }: PageProps<'/admin/login'>) {
  const t = await getTranslations('login')
  const query = await searchParams
  const isCode = firstOf(query.step) === 'code'
  const page = readAdminPage(firstOf(query.page))
  return (
    <>
      <DemoBar />
      <main className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 py-16">
        <div className="rounded-3xl border border-line bg-card p-6 shadow-soft sm:p-10">
          <img src="/brand/logo.svg" alt="" width={48} height={48} />
          <h1 className="mt-4 text-3xl">{isCode ? t('codeTitle') : t('title')}</h1>
          <p className="mt-1 mb-6 text-faded">{isCode ? t('codeLead') : t('lead')}</p>
          <ProblemNotice code={firstOf(query.problem)} minutes={readId(firstOf(query.minutes))} />
          {isCode ? <CodeForm page={page} /> : <PasswordForm page={page} />}
        </div>
        <div className="mt-4 self-center">
          <LanguageForm />
        </div>
      </main>
    </>
  )
}

async function PasswordForm({ page }: { page: AdminPage }) {
  const t = await getTranslations('login')
  const email = await pageCookie(EMAIL_COOKIE)
  return (
    <>
      <form method="post" action="/api/admin/login" className="mt-4 flex flex-col gap-4">
        <input type="hidden" name="page" value={page} />
        <Field name="email" type="email" label={t('email')} defaultValue={email} autoComplete="username" required />
        <Field
          name="password"
          type="password"
          label={t('password')}
          autoComplete="current-password"
          autoFocus={email !== undefined}
          required
        />
        <Button wide>{t('submit')}</Button>
      </form>
      <p className="mt-6 text-sm leading-relaxed text-faded">{t('hint')}</p>
    </>
  )
}

async function CodeForm({ page }: { page: AdminPage }) {
  const t = await getTranslations('login')
  return (
    <>
      <form method="post" action="/api/admin/login/code" className="mt-4 flex flex-col gap-4">
        <input type="hidden" name="page" value={page} />
        <Field name="code" label={t('code')} autoComplete="one-time-code" spellCheck={false} maxLength={64} required />
        <Button wide>{t('codeSubmit')}</Button>
      </form>
      <p className="mt-6 text-sm leading-relaxed text-faded">{t('codeHint')}</p>
      <a
        href={page === 'overview' ? '/admin/login' : `/admin/login?page=${page}`}
        className="mt-2 inline-flex min-h-11 items-center text-jade underline"
      >
        {t('startAgain')}
      </a>
    </>
  )
}
