import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { IDLE_MS_MAX, SESSION_MS_MAX } from '@/lib/admin/auth'
import { PASSWORD_LENGTH } from '@/lib/admin/passwords'
import type { Admin } from '@/lib/admin/session'
import { visibleText } from '@/lib/net/visible-text'
import { getRuntime } from '@/lib/runtime'
import { firstOf, readId } from '@/lib/web/list-query'
import { ActionForm } from '../../_ui/action-form'
import { AdminFrame } from '../../_ui/admin-frame'
import { Button } from '../../_ui/button'
import { Chip } from '../../_ui/chip'
import { Confirm } from '../../_ui/confirm'
import { Field } from '../../_ui/field'
import { DoneNotice, ProblemNotice } from '../../_ui/notice'
import { programOf } from '../../_ui/program'
import { formatInstant } from '../../_ui/when'
import { requireAdmin } from '../require-admin'
import { SecondFactor } from './second-factor'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account'))('title'), robots: { index: false } }
}

const DONE = ['password_changed', 'sessions_ended', 'second_factor_on', 'second_factor_off'] as const

/** One's own sessions, password and second step. */
export default async function AccountPage({ searchParams }: PageProps<'/admin/account'>) {
  const admin = await requireAdmin('account')
  const t = await getTranslations('account')
  const roles = await getTranslations('admin')
  const query = await searchParams
  const done = DONE.find((it) => it === firstOf(query.done))
  return (
    <AdminFrame admin={admin} page="account">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 text-faded">
        {admin.email} · {roles(admin.role)}
      </p>
      <ProblemNotice code={firstOf(query.problem)} minutes={readId(firstOf(query.minutes))} />
      {done !== undefined && <DoneNotice>{t(`done.${done}`)}</DoneNotice>}
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
        <Sessions admin={admin} />
        <div className="flex flex-col gap-6">
          <Password />
          <SecondFactor admin={admin} />
          <section className="rounded-3xl border border-line bg-card p-6">
            <h2 className="text-lg">{t('signOutTitle')}</h2>
            <p className="mt-1 mb-4 text-sm text-faded">{t('signOutLead')}</p>
            <form method="post" action="/api/admin/logout">
              <Button look="plain">{roles('logout')}</Button>
            </form>
          </section>
        </div>
      </div>
    </AdminFrame>
  )
}

async function Sessions({ admin }: { admin: Admin }) {
  const t = await getTranslations('account')
  const { database } = await getRuntime()
  const sessions = await database.team.listSessions(admin.id)
  const lengths = { idle: IDLE_MS_MAX / 60_000, hours: SESSION_MS_MAX / 3_600_000 }
  return (
    <section className="rounded-3xl border border-line bg-card p-6">
      <h2 className="text-lg">{t('sessions')}</h2>
      <p className="mt-1 text-sm text-faded">{t('sessionsLead', lengths)}</p>
      <ul className="mt-4">
        {sessions.map(async ({ id, address, userAgent, startedAt, seenAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 border-t border-line py-4">
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-3 font-medium" title={visibleText(userAgent)}>
                {programOf(userAgent) ?? t('unknownDevice')}
                {id === admin.sessionId && <Chip tone="good">{t('thisOne')}</Chip>}
              </p>
              <p className="text-sm text-faded">
                {t('from', { address })} · {t('started', { time: await formatInstant(startedAt) })} ·{' '}
                {t('seen', { time: await formatInstant(seenAt) })}
              </p>
            </div>
            {id !== admin.sessionId && (
              <Confirm
                action="/api/admin/account/sessions"
                open={t('end')}
                label={t('endOf', { address })}
                text={t('endText')}
                submit={t('endNow')}
              >
                <input type="hidden" name="session" value={id} />
              </Confirm>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <div className="border-t border-line pt-4">
          <Confirm
            action="/api/admin/account/sessions"
            open={t('endOthers')}
            text={t('endOthersText')}
            submit={t('endOthersNow')}
          >
            <input type="hidden" name="session" value="others" />
          </Confirm>
        </div>
      ) : (
        <p className="border-t border-line pt-4 text-sm text-faded">{t('onlyThis')}</p>
      )}
    </section>
  )
}

async function Password() {
  const t = await getTranslations('account')
  return (
    <section className="rounded-3xl border border-line bg-card p-6">
      <h2 className="text-lg">{t('password')}</h2>
      <p className="mt-1 mb-4 text-sm text-faded">{t('passwordLead')}</p>
      <ActionForm action="/api/admin/account/password" className="flex flex-col gap-4">
        <Field
          name="current"
          type="password"
          label={t('current')}
          autoComplete="current-password"
          required
          maxLength={PASSWORD_LENGTH.max}
        />
        <Field
          name="new"
          type="password"
          label={t('new')}
          hint={t('newHint', { count: PASSWORD_LENGTH.min })}
          autoComplete="new-password"
          required
          minLength={PASSWORD_LENGTH.min}
          maxLength={PASSWORD_LENGTH.max}
        />
        <Button>{t('submit')}</Button>
      </ActionForm>
    </section>
  )
}
