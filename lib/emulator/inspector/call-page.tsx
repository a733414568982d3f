/** @jsxImportSource hono/jsx */

import { writeCurl } from '@/lib/net/curl'
import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import type { FaultName } from '../fault-names'
import type { RefundKey } from '../ledger/refund-schema'
import type { HeaderList, RequestRecord, TradeKey, TradeRecord } from '../ledger/schema'
import type { DescribedMessage } from '../protocol'
import { ActivityTag, Arrow } from './activity-parts'
import { CAUSE_WORDS } from './cause-words'
import {
  Card,
  Fact,
  Facts,
  Fields,
  Frame,
  Head,
  homeOf,
  type InspectorContext,
  orderHref,
  refundHref,
  Text,
  When,
} from './frame'
import { headersThatCount } from './headers-that-count'
import type { InspectorWords } from './words'

type CallProps = {
  context: InspectorContext
  request: RequestRecord
  message: DescribedMessage | null
  /** What the answer's signature was made of; null for one that has none in its headers. */
  answerText: string | null
  trade: TradeRecord | null
  isRefundKnown: boolean
}

/** One call: what came, what was signed, what was answered, and a command that sends it again. */
export function CallPage({ address, ...call }: CallProps & { address: string }) {
  const { context, request, message, answerText } = call
  const { words } = context
  const { seq, at, method, path, answered, apiVersion } = request
  const headers = headersThatCount(apiVersion, request.headers)
  return (
    <Frame context={context} tab="activity" title={`${path} ${seq}`}>
      <Back context={context} />
      <Head
        title={
          <>
            <Arrow kind="call" words={words} /> {path}
          </>
        }
      >
        <ActivityTag activity={{ kind: 'call', at, id: seq, call: request }} words={words} />
      </Head>
      <div class="columns">
        <div class="stack">
          {request.outcome !== 'SUCCESS' && <Refusal context={context} request={request} />}
          {request.warnings.length > 0 && <Warnings context={context} request={request} />}
          <Card title={words.request}>
            {request.headers.length > 0 && <Headers title={words.requestHeaders} headers={request.headers} />}
            {message === null ? <p class="none">{words.noFields}</p> : <Fields fields={message.fields} words={words} />}
            <Text title={words.rawBody} id="body" words={words}>
              {visibleBytes(request.body)}
            </Text>
          </Card>
          {message !== null && (
            <Card title={words.signature}>
              <Text
                title={words.toSign}
                id="signed"
                words={words}
                {...(apiVersion === 'v2' && { hint: words.signedHint })}
              >
                {visibleText(request.explanation?.signature?.text ?? message.signedText)}
              </Text>
            </Card>
          )}
          <Card title={answered ? words.answer : words.answerKept}>
            {request.answerHeaders.length > 0 && <Headers title={words.replyHeaders} headers={request.answerHeaders} />}
            <Text title={words.rawBody} id="answer" words={words}>
              {visibleText(request.answer)}
            </Text>
            {answerText !== null && (
              <Text title={words.signedText} id="answerSigned" words={words}>
                {visibleText(answerText)}
              </Text>
            )}
          </Card>
          <Card title={words.again}>
            <Text title="curl" id="curl" words={words} hint={apiVersion === 'v2' ? words.curlHint : words.curlHintV3}>
              {writeCurl({ method, url: address + path, body: request.body, headers })}
            </Text>
          </Card>
        </div>
        <CallFacts {...call} />
      </div>
    </Frame>
  )
}

function CallFacts({ context, request, message, trade, isRefundKnown }: CallProps) {
  const { words } = context
  const { at, method, outTradeNo, outRefundNo, answered } = request
  return (
    <Card>
      <Facts>
        <Fact name={words.at}>
          <When at={at} />
        </Fact>
        <Fact name={words.apiVersion}>{request.apiVersion}</Fact>
        <Fact name={words.method}>{method}</Fact>
        <Fact name={words.httpStatus}>{answered ? String(request.status) : '—'}</Fact>
        <Fact name={words.answerLeft}>{answered ? words.yes : words.no}</Fact>
        <Fact name={words.number}>
          {trade === null ? visibleText(outTradeNo ?? '—') : <OrderLink context={context} trade={trade} />}
        </Fact>
        {outRefundNo !== null && (
          <Fact name={words.refund.number}>
            {isRefundKnown ? (
              <RefundLink context={context} mchId={message?.merchant ?? ''} outRefundNo={outRefundNo} />
            ) : (
              visibleText(outRefundNo)
            )}
          </Fact>
        )}
        <Fact name={words.merchant}>{visibleText(message?.merchant || '—')}</Fact>
        <Fact name={words.signType}>{visibleText(message?.signType || '—')}</Fact>
        <Fact name={words.receivedSign}>
          <code>{visibleText(message?.signature || '—')}</code>
        </Fact>
        {request.faults.length > 0 && <Fact name={words.faultsMet}>{faultNames(request.faults, words)}</Fact>}
        <Fact name={words.size}>{words.bytes(request.body.byteLength)}</Fact>
        <Fact name="SHA-256">
          <code>{request.bodySha256}</code>
        </Fact>
      </Facts>
    </Card>
  )
}

export function OrderLink({ context: { view }, trade }: { context: InspectorContext; trade: TradeKey }) {
  return <a href={orderHref(view, trade)}>{visibleText(trade.outTradeNo)}</a>
}

export function RefundLink({ context: { view }, ...refund }: { context: InspectorContext } & RefundKey) {
  return <a href={refundHref(view, refund)}>{visibleText(refund.outRefundNo)}</a>
}

/** Why a call was refused: the answer's own word, and what WeChat Pay does not say. */
function Refusal({
  context: { view, words },
  request: { outcome, explanation },
}: {
  context: InspectorContext
  request: RequestRecord
}) {
  if (explanation === null) {
    return (
      <Card title={words.whyRefused}>
        <p class="why">{visibleText(outcome)}</p>
      </Card>
    )
  }
  const { problem, field, rule, signature } = explanation
  const cause = signature?.cause ?? null
  return (
    <Card title={words.whyRefused}>
      <p class="why">
        <strong>{words.problem[problem]}</strong>
        {field !== undefined && <code>{visibleText(field)}</code>}
      </p>
      {signature !== undefined && (
        <p class="cause">{cause === null ? words.causeUnknown : CAUSE_WORDS[view.locale][cause]}</p>
      )}
      <p class="rule">{visibleText(rule[view.locale])}</p>
      {signature !== undefined && signature.yourText !== null && (
        <Text title={words.yourText} id="yours" words={words}>
          {visibleText(signature.yourText)}
        </Text>
      )}
    </Card>
  )
}

/** What was accepted here, and is not what the documentation asks for. */
function Warnings({ context: { view, words }, request }: { context: InspectorContext; request: RequestRecord }) {
  return (
    <Card title={words.warnings}>
      <p class="why">{words.warningsText}</p>
      {request.warnings.map(({ field, rule }) => (
        <p key={field} class="rule">
          {visibleText(rule[view.locale])}
        </p>
      ))}
    </Card>
  )
}

export function Headers({ title, headers }: { title: string; headers: HeaderList }) {
  return (
    <details class="headers">
      <summary>
        {title} ({headers.length})
      </summary>
      <pre>{headers.map(([name, value]) => visibleText(`${name}: ${value}`)).join('\n')}</pre>
    </details>
  )
}

export function Back({ context: { view, words } }: { context: InspectorContext }) {
  return (
    <p class="back">
      <a href={homeOf(view)}>‹ {words.tab.activity}</a>
    </p>
  )
}

export function faultNames(faults: FaultName[], words: InspectorWords): string {
  return faults.map((name) => words.fault[name][0]).join(' · ')
}
