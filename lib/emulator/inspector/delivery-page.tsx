/** @jsxImportSource hono/jsx */

import { writeCurl } from '@/lib/net/curl'
import { visibleText } from '@/lib/net/visible-text'
import type { ApiVersion, Delivery } from '../ledger/schema'
import type { DescribedMessage } from '../protocol'
import { Arrow, attemptName, OutcomeTag } from './activity-parts'
import { Back, faultNames, Headers, OrderLink, RefundLink } from './call-page'
import { Card, Fact, Facts, Fields, Frame, Head, type InspectorContext, Text, When } from './frame'
import { headersThatCount } from './headers-that-count'

/** One attempt to tell a merchant of its money: what was sent, and what came back. */
export function DeliveryPage({
  context,
  delivery,
  apiVersion,
  message,
}: {
  context: InspectorContext
  delivery: Delivery
  apiVersion: ApiVersion
  message: DescribedMessage | null
}) {
  const { words } = context
  const { notifyUrl, body, reply, outcome } = delivery
  const name = attemptName(delivery, words)
  const bytes = Buffer.from(body)
  const headers = headersThatCount(apiVersion, delivery.requestHeaders)
  return (
    <Frame context={context} tab="activity" title={`${name} ${delivery.outRefundNo ?? delivery.outTradeNo}`}>
      <Back context={context} />
      <Head
        title={
          <>
            <Arrow kind="delivery" words={words} /> {name}
          </>
        }
        text={visibleText(notifyUrl)}
      >
        <OutcomeTag outcome={outcome} words={words} />
      </Head>
      <div class="columns">
        <div class="stack">
          <Card title={words.reply}>
            <p class="why">{words.outcomeText[outcome]}</p>
            {delivery.replyHeaders.length > 0 && <Headers title={words.replyHeaders} headers={delivery.replyHeaders} />}
            {reply !== null && reply !== '' && (
              <Text title={words.rawBody} id="answer" words={words}>
                {visibleText(reply)}
              </Text>
            )}
          </Card>
          {message?.sealed !== undefined && <Sealed context={context} sealed={message.sealed} />}
          <Card title={words.sent}>
            {delivery.requestHeaders.length > 0 && (
              <Headers title={words.requestHeaders} headers={delivery.requestHeaders} />
            )}
            {message === null ? <p class="none">{words.noFields}</p> : <Fields fields={message.fields} words={words} />}
            <Text title={words.rawBody} id="body" words={words}>
              {visibleText(body)}
            </Text>
          </Card>
          {message !== null && message.signature !== '' && (
            <Card title={words.signature}>
              <Text title={words.signedText} id="signed" words={words}>
                {visibleText(message.signedText)}
              </Text>
            </Card>
          )}
          <Card title={words.again}>
            <Text
              title="curl"
              id="curl"
              words={words}
              hint={apiVersion === 'v2' ? words.deliveryCurlHint : words.deliveryCurlHintV3}
            >
              {writeCurl({ method: 'POST', url: notifyUrl, body: bytes, headers })}
            </Text>
          </Card>
        </div>
        <DeliveryFacts context={context} delivery={delivery} apiVersion={apiVersion} />
      </div>
    </Frame>
  )
}

/** What stands in a notice's encrypted part. */
function Sealed({ context: { words }, sealed }: { context: InspectorContext; sealed: Record<string, string> | null }) {
  return (
    <Card title={words.refund.decrypted}>
      <p class="rule">{sealed === null ? words.refund.sealed : words.refund.decryptedText}</p>
      {sealed !== null && <Fields fields={sealed} words={words} />}
    </Card>
  )
}

type FactsProps = { context: InspectorContext; delivery: Delivery; apiVersion: ApiVersion }

function DeliveryFacts({ context, delivery, apiVersion }: FactsProps) {
  const { words } = context
  return (
    <Card>
      <Facts>
        <Fact name={words.number}>
          <OrderLink context={context} trade={delivery} />
        </Fact>
        {delivery.outRefundNo !== null && (
          <Fact name={words.refund.number}>
            <RefundLink context={context} mchId={delivery.mchId} outRefundNo={delivery.outRefundNo} />
          </Fact>
        )}
        <Fact name={words.why}>{words.cause[delivery.cause]}</Fact>
        <Fact name={words.due}>
          <When at={delivery.dueAt} />
        </Fact>
        <Fact name={words.sentAt}>{delivery.sentAt === null ? '—' : <When at={delivery.sentAt} />}</Fact>
        <Fact name={words.httpStatus}>{delivery.httpStatus === null ? '—' : String(delivery.httpStatus)}</Fact>
        <Fact name={words.apiVersion}>{apiVersion}</Fact>
        <Fact name={apiVersion === 'v2' ? 'return_code' : 'code'}>{visibleText(delivery.replyCode ?? '—')}</Fact>
        {delivery.faults.length > 0 && <Fact name={words.faultsMet}>{faultNames(delivery.faults, words)}</Fact>}
        <Fact name={words.merchant}>{delivery.mchId}</Fact>
        <Fact name={words.size}>{words.bytes(Buffer.byteLength(delivery.body))}</Fact>
        <Fact name="SHA-256">
          <code>{delivery.bodySha256}</code>
        </Fact>
      </Facts>
    </Card>
  )
}
