import { getTranslations } from 'next-intl/server'
import { writeCurl } from '@/lib/net/curl'
import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { linesOf } from '@/lib/shop/evidence'
import type { MessageExplanation } from '@/lib/shop/gateway'
import type { Notification, NotificationResult } from '@/lib/shop/notification'
import { Code, CopyText, Fold, Rows, Section } from '../../../_ui/record'

/* What came and what WeChat answered, word for word. */

export async function Signature({ result }: { result: NotificationResult }) {
  const t = await getTranslations('notification')
  const isSame = result.expectedSign === result.receivedSign
  return (
    <Fold title={t('signature')} isOpen={!isSame}>
      <div className="mb-1 flex flex-wrap items-center justify-between gap-x-4">
        <p className="text-sm text-faded">{t('signedText')}</p>
        <CopyText of="signed-text" label={t('copy')} copied={t('copied')} />
      </div>
      <Code id="signed-text">{visibleText(result.signedText ?? '')}</Code>
      <div className="mt-4">
        <Rows
          rows={[
            [t('expected'), result.expectedSign ?? t('none')],
            [t('receivedSign'), result.receivedSign ?? t('none')],
          ]}
        />
      </div>
      {!isSame && <p className="mt-2 text-sm text-faded">{t('expectedHint')}</p>}
    </Fold>
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
    <Fold title={isOfRefund ? t('refundQuery') : t('query')} isOpen={answer.problem !== null}>
      {answer.problem !== null && (
        <p className="mb-3 text-clay">
          {t('queryProblem')}: <span className="font-mono">{answer.problem}</span>
        </p>
      )}
      <Rows rows={linesOf(answer.fields)} />
    </Fold>
  )
}

export async function FieldsTab({ explanation: { fields, problem, isSealed } }: { explanation: MessageExplanation }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('fields')}>
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
    <Section title={t('fields')}>
      <p>{t(`notExplained.${why}`)}</p>
    </Section>
  )
}

/** Longer than any message of WeChat's, and more than a command line should have. */
const COMMAND_BYTES_MAX = 16 * 1024

/** The body as it came, and a command that sends just this once more. */
export async function RawTab({ notification, publicUrl }: { notification: Notification; publicUrl: URL }) {
  const { body, bodySha256 } = notification
  const t = await getTranslations('notification')
  return (
    <>
      <Section title={t('body')}>
        <div className="mb-3">
          <CopyText of="raw" label={t('copy')} copied={t('copied')} />
        </div>
        <Code id="raw">{visibleBytes(body)}</Code>
        <p className="mt-3 text-sm text-faded">
          {t('bytes', { count: body.byteLength })} · {t('sha')}{' '}
          <span className="font-mono break-all">{bodySha256}</span>
        </p>
      </Section>
      <Section title={t('curl')}>
        <p className="mb-3 text-sm text-faded">{t('curlHint')}</p>
        {body.byteLength > COMMAND_BYTES_MAX ? (
          <p>{t('curlTooLong')}</p>
        ) : (
          <>
            <div className="mb-3">
              <CopyText of="curl" label={t('copyCurl')} copied={t('copied')} />
            </div>
            <Code id="curl">{curlOf(notification, publicUrl)}</Code>
          </>
        )}
      </Section>
    </>
  )
}

/** Without the headers of whoever stands between: of those only what WeChat signs counts, and others may be secret. */
function curlOf({ apiVersion, headers, body }: Notification, publicUrl: URL): string {
  const path = apiVersion === 'v2' ? '/api/wechat/notify' : '/api/wechat/notify/v3'
  const kept = Object.entries(headers).filter(([name]) => /^(content-type|wechatpay-[a-z-]+)$/.test(name))
  // What a shell or a terminal could take for something else is not sent at all.
  const plain = kept.filter(([, value]) => /^[\x20-\x7e]*$/.test(value))
  return writeCurl({ method: 'POST', url: new URL(path, publicUrl).href, headers: plain, body })
}

export async function Headers({ headers }: { headers: Record<string, string> }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('headers')}>
      <Rows rows={Object.entries(headers)} />
    </Section>
  )
}
