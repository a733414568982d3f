import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { openShown, SHOWN_COOKIE } from '@/lib/admin/shown-once'
import { getRuntime, type Member } from '@/lib/runtime'
import { firstOf } from '@/lib/web/list-query'
import { ActionForm } from '../../_ui/action-form'
import { AdminFrame } from '../../_ui/admin-frame'
import { Button } from '../../_ui/button'
import { Chip } from '../../_ui/chip'
import { Confirm } from '../../_ui/confirm'
import { Choice, Field } from '../../_ui/field'
import { DoneNotice, Notice, ProblemNotice } from '../../_ui/notice'
import { pageCookie } from '../../_ui/page-cookie'
import { formatInstant } from '../../_ui/when'
import { requireAdmin } from '../require-admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('team'))('title'), robots: { index: false } }
}

const DONE = ['sessions_ended', 'admin_changed', 'admin_removed', 'second_factor_removed'] as const

/** Who looks after the shop. Viewers see it, operators change it. */
export default async function TeamPage({ searchParams }: PageProps<'/admin/team'>) {
  const admin = await requireAdmin('team')
  const t = await getTranslations('team')
  const runtime = await getRuntime()
  const query = await searchParams
  const done = DONE.find((it) => it === firstOf(query.done))
  const shown = await openShown(runtime, admin.sessionId, await pageCookie(SHOWN_COOKIE))
  return (
    <AdminFrame admin={admin} page="team">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 text-faded">{t('lead')}</p>
      <ProblemNotice code={firstOf(query.problem)} />
      {done !== undefined && <DoneNotice>{t(`done.${done}`)}</DoneNotice>}
      {shown?.type === 'password' && <NewPassword email={shown.email} password={shown.password} />}
      <ul className="mt-6 overflow-hidden rounded-3xl border border-line bg-card">
        {(await runtime.database.team.list()).map((member) => (
          <Row key={member.id} member={member} admin={admin} />
        ))}
      </ul>
      {admin.role === 'operator' ? <Add /> : <p className="mt-6 text-faded">{t('viewerNote')}</p>}
    </AdminFrame>
  )
}

async function NewPassword({ email, password }: { email: string; password: string }) {
  const t = await getTranslations('team')
  return (
    <Notice tone="warm">
      <div className="min-w-0">
        <p className="font-medium wrap-anywhere">{t('newTitle', { email })}</p>
        <p className="mt-1 text-sm">{t('newLead')}</p>
        <p className="mt-3 inline-block rounded-xl bg-card px-4 py-2 font-mono text-lg break-all select-all">
          {password}
        </p>
      </div>
    </Notice>
  )
}

async function Row({ member, admin }: { member: Member; admin: Admin }) {
  const t = await getTranslations('team')
  const roles = await getTranslations('admin')
  const isOwn = member.id === admin.id
  const seen = member.seenAt === null ? t('never') : `${t('seen')} ${await formatInstant(member.seenAt)}`
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line px-4 py-4 first:border-t-0 sm:px-6">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium break-all">
          {member.email}
          <Chip tone={member.role === 'operator' ? 'good' : 'over'}>{roles(member.role)}</Chip>
          {member.hasSecondFactor && <Chip tone="waiting">{t('secondFactor')}</Chip>}
          {isOwn && <Chip tone="waiting">{t('you')}</Chip>}
        </p>
        <p className="mt-1 text-sm text-faded">
          {t('added')} {await formatInstant(member.addedAt)} · {seen}
          {member.sessions > 0 && ` · ${t('sessions', { count: member.sessions })}`}
        </p>
      </div>
      {admin.role === 'operator' && !isOwn && <MemberActions member={member} />}
    </li>
  )
}

async function MemberActions({ member }: { member: Member }) {
  const t = await getTranslations('team')
  const isViewer = member.role === 'viewer'
  const role = isViewer ? t('makeOperator') : t('makeViewer')
  const forGood = [
    ...(member.sessions > 0 ? (['end_sessions'] as const) : []),
    ...(member.hasSecondFactor ? (['remove_second_factor'] as const) : []),
    'remove',
  ] as const
  return (
    <div className="-ml-3 flex flex-wrap items-start sm:ml-0">
      <ActionForm action={`/api/admin/team/${member.id}`}>
        <Button
          look="quiet"
          name="action"
          value={isViewer ? 'operator' : 'viewer'}
          aria-label={t('actionFor', { action: role, email: member.email })}
        >
          <span className="text-sm">{role}</span>
        </Button>
      </ActionForm>
      {forGood.map((action) => (
        <Confirm
          key={action}
          action={`/api/admin/team/${member.id}`}
          open={t(`forGood.${action}.open`)}
          label={t('actionFor', { action: t(`forGood.${action}.open`), email: member.email })}
          text={t(`forGood.${action}.text`, { email: member.email })}
          submit={t(`forGood.${action}.submit`)}
          look={QUIET}
        >
          <input type="hidden" name="action" value={action} />
        </Confirm>
      ))}
    </div>
  )
}

/** Looks like the quiet buttons beside it. */
const QUIET =
  'inline-flex min-h-11 cursor-pointer list-none items-center px-3 text-sm font-medium text-faded underline decoration-line underline-offset-4 hover:text-clay hover:decoration-clay [&::-webkit-details-marker]:hidden'

async function Add() {
  const t = await getTranslations('team')
  const roles = await getTranslations('admin')
  return (
    <section className="mt-6 rounded-3xl border border-line bg-card p-4 sm:p-6">
      <h2 className="text-lg">{t('add')}</h2>
      <p className="mt-1 mb-4 text-sm text-faded">{t('addLead')}</p>
      <ActionForm action="/api/admin/team" className="grid items-end gap-4 md:grid-cols-[2fr_1fr_auto]">
        <Field name="email" type="email" label={t('email')} autoComplete="off" required />
        <Choice name="role" label={t('role')}>
          <option value="viewer">{roles('viewer')}</option>
          <option value="operator">{roles('operator')}</option>
        </Choice>
        <Button>{t('submit')}</Button>
      </ActionForm>
    </section>
  )
}
