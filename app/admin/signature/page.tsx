import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AdminFrame } from '../../_ui/admin-frame'
import { requireAdmin } from '../require-admin'
import { SignatureTool } from './signature-tool'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('signatureTool'))('title'), robots: { index: false } }
}

/** Why is the signature wrong? For a message that never came here, or that somebody is still writing. */
export default async function SignaturePage() {
  const admin = await requireAdmin('signature')
  const t = await getTranslations('signatureTool')
  return (
    <AdminFrame admin={admin} page="signature">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 max-w-3xl leading-relaxed text-faded">{t('lead')}</p>
      <noscript>
        <p className="mt-4">{t('needsScript')}</p>
      </noscript>
      <SignatureTool
        words={{
          kind: t('kind'),
          kindV2: t('kindV2'),
          kindRequest: t('kindRequest'),
          kindMessage: t('kindMessage'),
          kindInvocation: t('kindInvocation'),
          paste: t('paste'),
          method: t('method'),
          url: t('url'),
          headers: t('headers'),
          body: t('body'),
          set: t('set'),
          publicKey: t('publicKey'),
          privateKey: t('privateKey'),
          notAPublicKey: t('notAPublicKey'),
          noJson: t('noJson'),
          submit: t('submit'),
          working: t('working'),
          right: t('right'),
          wrong: t('wrong'),
          wrongHint: t('wrongHint'),
          wrongHintV3: t('wrongHintV3'),
          opens: t('opens'),
          sealed: t('sealed'),
          sealedHint: t('sealedHint'),
          unreadable: t('unreadable'),
          unreadableHint: t('unreadableHint'),
          unreadableV3: t('unreadableV3'),
          unreadableHintV3: t('unreadableHintV3'),
          failed: t('failed'),
          tooMany: t('tooMany'),
          tooLarge: t('tooLarge'),
          tooLargeV3: t('tooLargeV3'),
          field: t('field'),
          theirText: t('theirText'),
          rightText: t('rightText'),
          signType: t('signType'),
          receivedSign: t('receivedSign'),
          none: t('none'),
          fields: t('fields'),
        }}
      />
    </AdminFrame>
  )
}
