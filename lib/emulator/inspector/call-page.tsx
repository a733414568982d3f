/** @jsxImportSource hono/jsx */

import { visibleBytes, visibleText } from '@/lib/web/visible-text'
import { maskedTextToSign } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'
import type { FaultName, RequestRecord, Trade } from '../ledger/schema'
import { ActivityTag, Arrow } from './activity-page'
import { CAUSE_WORDS } from './cause-words'
import { writeCurl } from './curl'
import { Card, type Desk, Fact, Facts, Fields, Frame, Head, homeOf, orderHref, Text, When } from './frame'
import type { InspectorWords } from './words'

/** One call: what came, what was signed, what was answered, and a command that sends it again. */
export function CallPage({
  desk,
  request,
  trade,
  address,
}: {
  desk: Desk
  request: RequestRecord
  trade: Trade | null
  address: string
}) {
  const { words } = desk
  const document = readXml(request.body)
  const fields = document.ok ? document.fields : null
  const { seq, at, method, path, outTradeNo, answered } = request
  return (
    <Frame desk={desk} room="activity" title={`${path} ${seq}`}>
      <Back desk={desk} />
      <Head
        title={
          <>
            <Arrow kind="call" words={words} /> {path}
          </>
        }
      >
        <ActivityTag act={{ kind: 'call', at, id: seq, call: request }} words={words} />
      </Head>
      <div class="columns">
        <div class="stack">
          {request.outcome !== 'SUCCESS' && <Refusal desk={desk} request={request} />}
          <Card title={words.request}>
            {fields === null ? <p class="none">{words.noFields}</p> : <Fields fields={fields} words={words} />}
            <Text title={words.rawBody} id="body" words={words}>
              {visibleBytes(request.body)}
            </Text>
          </Card>
          {fields !== null && (
            <Card title={words.signature}>
              <Text title={words.toSign} id="signed" words={words} hint={words.signedHint}>
                {visibleText(request.explanation?.signature?.text ?? maskedTextToSign(fields))}
              </Text>
            </Card>
          )}
          <Card title={answered ? words.answer : words.answerKept}>
            <Text title={words.rawBody} id="answer" words={words}>
              {visibleText(request.answer)}
            </Text>
          </Card>
          <Card title={words.again}>
            <Text title="curl" id="curl" words={words} hint={words.curlHint}>
              {writeCurl({ method, url: address + path, body: request.body })}
            </Text>
          </Card>
        </div>
        <Card>
          <Facts>
            <Fact name={words.at}>
              <When at={at} />
            </Fact>
            <Fact name={words.method}>{method}</Fact>
            <Fact name={words.httpStatus}>{answered ? '200' : '—'}</Fact>
            <Fact name={words.answerLeft}>{answered ? words.yes : words.no}</Fact>
            <Fact name={words.number}>
              {trade === null ? visibleText(outTradeNo ?? '—') : <OrderLink desk={desk} trade={trade} />}
            </Fact>
            <Fact name={words.merchant}>{visibleText(fields?.mch_id ?? '—')}</Fact>
            <Fact name={words.signType}>{visibleText(fields?.sign_type || 'MD5')}</Fact>
            <Fact name={words.receivedSign}>
              <code>{visibleText(fields?.sign || '—')}</code>
            </Fact>
            {request.faults.length > 0 && <Fact name={words.faultsMet}>{faultNames(request.faults, words)}</Fact>}
            <Fact name={words.size}>{words.bytes(request.body.byteLength)}</Fact>
            <Fact name="SHA-256">
              <code>{request.bodySha256}</code>
            </Fact>
          </Facts>
        </Card>
      </div>
    </Frame>
  )
}

export function OrderLink({ desk: { view }, trade }: { desk: Desk; trade: Pick<Trade, 'mchId' | 'outTradeNo'> }) {
  return <a href={orderHref(view, trade)}>{visibleText(trade.outTradeNo)}</a>
}

/** Why a call was refused: the answer's own word, and what WeChat Pay does not say. */
function Refusal({ desk: { view, words }, request: { outcome, explanation } }: { desk: Desk; request: RequestRecord }) {
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

export function Back({ desk: { view, words } }: { desk: Desk }) {
  return (
    <p class="back">
      <a href={homeOf(view)}>‹ {words.room.activity}</a>
    </p>
  )
}

export function faultNames(faults: FaultName[], words: InspectorWords): string {
  return faults.map((name) => words.fault[name][0]).join(' · ')
}
