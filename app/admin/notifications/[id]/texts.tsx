import { getTranslations } from 'next-intl/server'
import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { linesOf } from '@/lib/shop/evidence'
import type { MessageExplanation } from '@/lib/shop/gateway'
import type { Notification, NotificationResult } from '@/lib/shop/notification'
import { Code, Rows, Section } from '../../../_ui/record'

/* What came and what WeChat answered, word for word. */

export async function Signature({ result }: { result: NotificationResult }) {
  const t = await getTranslations('notification')
  const isSame = result.expectedSign === result.receivedSign
  return (
    <Section title={t('signature')} wide>
      <p className="mb-1 text-sm text-faded">{t('signedText')}</p>
      <Code>{visibleText(result.signedText ?? '')}</Code>
      <div className="mt-4">
        <Rows
          rows={[
            [t('expected'), result.expectedSign ?? t('none')],
            [t('receivedSign'), result.receivedSign ?? t('none')],
          ]}
        />
      </div>
      {!isSame && <p className="mt-2 text-sm text-faded">{t('expectedHint')}</p>}
    </Section>
  )
}

export async function QueryAnswer({
  answer,
  isOfRefund,
}: {
  answer: NonNullable<NotificationResult['queryAnswer']>
  isOfRefund: boolean
}) {
  const t = await getTranslations('notification')
  return (
    <Section title={isOfRefund ? t('refundQuery') : t('query')} wide>
      {answer.problem !== null && (
        <p className="mb-3 text-clay">
          {t('queryProblem')}: <span className="font-mono">{answer.problem}</span>
        </p>
      )}
      <Rows rows={linesOf(answer.fields)} />
    </Section>
  )
}

export async function Fields({ explanation: { fields, problem, isSealed } }: { explanation: MessageExplanation }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('fields')} wide>
      {problem !== null && (
        <p className="mb-3">
          {t(isSealed ? 'unreadableSealed' : 'unreadable')}: <span className="font-mono text-sm">{problem}</span>
        </p>
      )}
      <Rows rows={fields} />
    </Section>
  )
}

/** The message may still be read below, as it came. */
export async function NotExplained({ why }: { why: 'tooLong' | 'tooMany' }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('fields')} wide>
      <p>{t(`notExplained.${why}`)}</p>
    </Section>
  )
}

export async function Body({ notification: { body, bodySha256 } }: { notification: Notification }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('body')} wide>
      <Code>{visibleBytes(body)}</Code>
      <p className="mt-3 text-sm text-faded">
        {t('bytes', { count: body.byteLength })} · {t('sha')} <span className="font-mono break-all">{bodySha256}</span>
      </p>
    </Section>
  )
}

export async function Headers({ headers }: { headers: Record<string, string> }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('headers')} wide>
      <Rows rows={Object.entries(headers)} />
    </Section>
  )
}
