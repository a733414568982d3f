import { getTranslations } from 'next-intl/server'
import { PASSWORD_LENGTH } from '@/lib/admin/passwords'
import { countRecoveryCodes } from '@/lib/admin/second-factor'
import type { Admin } from '@/lib/admin/session'
import { openShown, SHOWN_COOKIE, type Shown } from '@/lib/admin/shown-once'
import { getRuntime } from '@/lib/runtime'
import { ActionForm } from '../../_ui/action-form'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { Notice } from '../../_ui/notice'
import { pageCookie } from '../../_ui/page-cookie'
import { QrCode } from '../../_ui/qr-code'

const ACTION = '/api/admin/account/second-factor'

/** The second step of one's own signing in: off, just made and to be confirmed, or on. */
export async function SecondFactor({ admin }: { admin: Admin }) {
  const t = await getTranslations('account.second')
  const runtime = await getRuntime()
  const shown = await openShown(runtime, admin.sessionId, await pageCookie(SHOWN_COOKIE))
  const codesLeft = await countRecoveryCodes(runtime, admin.id)
  return (
    <section className="rounded-3xl border border-line bg-card p-6">
      <h2 className="mb-1 text-lg">{t('title')}</h2>
      {codesLeft !== null && <On codesLeft={codesLeft} shown={shown} />}
      {codesLeft === null && shown?.type === 'second_factor' && <ToConfirm uri={shown.uri} codes={shown.codes} />}
      {codesLeft === null && shown?.type !== 'second_factor' && <Off />}
    </section>
  )
}

async function Off() {
  const t = await getTranslations('account.second')
  return (
    <>
      <p className="mb-4 text-sm text-faded">{t('off')}</p>
      <ActionForm action={ACTION} className="flex flex-col gap-4">
        <OwnPassword />
        <Button name="action" value="begin">
          {t('begin')}
        </Button>
      </ActionForm>
    </>
  )
}

async function ToConfirm({ uri, codes }: { uri: string; codes: string[] }) {
  const t = await getTranslations('account.second')
  const key = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <ol className="mt-3 flex list-inside list-decimal flex-col gap-6">
      <li>
        {t('scan')}
        <div className="mt-3">
          <QrCode text={uri} label={t('qr')} />
        </div>
        <p className="mt-3 text-sm text-faded">
          {t('key')} <code className="font-mono break-all text-ink select-all">{key.replace(/.{4}(?=.)/g, '$& ')}</code>
        </p>
      </li>
      <li>
        {t('codes')}
        <Codes codes={codes} />
      </li>
      <li>
        {t('confirmLead')}
        <ActionForm action={ACTION} className="mt-3 flex flex-col gap-4">
          <Field
            name="code"
            label={t('code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9 ]{6,7}"
            maxLength={7}
            required
          />
          <Button name="action" value="confirm">
            {t('confirm')}
          </Button>
        </ActionForm>
      </li>
    </ol>
  )
}

async function On({ codesLeft, shown }: { codesLeft: number; shown: Shown | null }) {
  const t = await getTranslations('account.second')
  return (
    <>
      <p className="text-sm text-faded">
        {t('on')} {t('codesLeft', { count: codesLeft })}
      </p>
      {shown?.type === 'recovery_codes' && (
        <div className="mt-4">
          <Notice tone="warm">
            <div className="min-w-0">
              <p className="font-medium">{t('newCodes')}</p>
              <p className="mt-1 text-sm">{t('codes')}</p>
              <Codes codes={shown.codes} />
            </div>
          </Notice>
        </div>
      )}
      <ActionForm action={ACTION} className="mt-4 flex flex-col gap-4">
        <OwnPassword />
        <div className="flex flex-wrap gap-3">
          <Button look="plain" name="action" value="renew">
            {t('renew')}
          </Button>
          <Button look="plain" name="action" value="end">
            {t('end')}
          </Button>
        </div>
      </ActionForm>
    </>
  )
}

function Codes({ codes }: { codes: string[] }) {
  return (
    <ul className="mt-3 grid grid-cols-2 gap-x-4 gap-y-1 rounded-xl bg-mist p-4 font-mono text-sm select-all">
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
  )
}

async function OwnPassword() {
  const t = await getTranslations('account')
  return (
    <Field
      name="current"
      type="password"
      label={t('current')}
      autoComplete="current-password"
      required
      maxLength={PASSWORD_LENGTH.max}
    />
  )
}
