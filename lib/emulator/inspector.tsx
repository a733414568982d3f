/** @jsxImportSource hono/jsx */
import type { PropsWithChildren } from 'hono/jsx'
import { maskedTextToSign } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'
import { INSPECTOR_WORDS } from './inspector-words'
import { Page, type View } from './page'
import type { Delivery, RequestRecord, Trade } from './schema'
import { moment, yuan } from './words'

export type Books = { now: number; requests: RequestRecord[]; trades: Trade[]; deliveries: Delivery[] }

/** What WeChat Pay saw and did, newest first. */
export function InspectorPage({ view, books }: { view: View; books: Books }) {
  const words = INSPECTOR_WORDS[view.locale]
  return (
    <Page view={view} title={words.inspectorTitle} css="inspector.css">
      <header class="head">
        <h1>{words.inspectorTitle}</h1>
        <p>{words.inspectorText}</p>
        <p class="meta">
          <span>
            {words.now} {moment(books.now)}
          </span>
          <a href={`${view.base}/phone`}>{words.toPhone}</a>
        </p>
      </header>
      <main>
        <Section title={words.calls} isEmpty={books.requests.length === 0} none={words.none}>
          {books.requests.map((request) => (
            <Call key={request.seq} view={view} request={request} />
          ))}
        </Section>
        <Section title={words.trades} isEmpty={books.trades.length === 0} none={words.none}>
          {books.trades.map((trade) => (
            <div key={`${trade.mchId} ${trade.outTradeNo}`} class="row trade">
              <time>{moment(trade.createdAt)}</time>
              <code>{trade.outTradeNo}</code>
              <span>{trade.tradeType}</span>
              <span class="number">¥{yuan(trade.totalFee)}</span>
              <Tag text={trade.state} isGood={trade.state === 'SUCCESS'} />
            </div>
          ))}
        </Section>
        <Section title={words.deliveries} isEmpty={books.deliveries.length === 0} none={words.none}>
          {books.deliveries.map((delivery) => (
            <Attempt key={delivery.id} view={view} delivery={delivery} />
          ))}
        </Section>
      </main>
    </Page>
  )
}

function Call({ view, request }: { view: View; request: RequestRecord }) {
  const words = INSPECTOR_WORDS[view.locale]
  const document = readXml(request.body)
  return (
    <details>
      <summary class="row call">
        <time>{moment(request.at)}</time>
        <code>
          {request.method} {request.path}
        </code>
        <code>{request.outTradeNo ?? '—'}</code>
        <Tag text={request.outcome} isGood={request.outcome === 'SUCCESS'} />
      </summary>
      {document.ok && <Text title={words.signedText}>{maskedTextToSign(document.fields)}</Text>}
      <Text title={words.request}>{new TextDecoder().decode(request.body)}</Text>
      <Text title={words.answer}>{request.answer}</Text>
    </details>
  )
}

function Attempt({ view, delivery }: { view: View; delivery: Delivery }) {
  const words = INSPECTOR_WORDS[view.locale]
  const document = readXml(Buffer.from(delivery.body))
  return (
    <details>
      <summary class="row delivery">
        <time>{moment(delivery.sentAt ?? delivery.dueAt)}</time>
        <code>{delivery.outTradeNo}</code>
        <span>
          {words.attempt} {delivery.attempt}
        </span>
        <span>{delivery.httpStatus ?? ''}</span>
        <Tag text={delivery.outcome} isGood={delivery.outcome === 'accepted'} />
      </summary>
      {document.ok && <Text title={words.signedText}>{maskedTextToSign(document.fields)}</Text>}
      <Text title={`${words.sent} → ${delivery.notifyUrl}`}>{delivery.body}</Text>
      {delivery.reply !== null && <Text title={words.reply}>{delivery.reply}</Text>}
    </details>
  )
}

function Section({
  title,
  isEmpty,
  none,
  children,
}: PropsWithChildren<{ title: string; isEmpty: boolean; none: string }>) {
  return (
    <section>
      <h2>{title}</h2>
      <div class="card">{isEmpty ? <p class="none">{none}</p> : children}</div>
    </section>
  )
}

function Text({ title, children }: PropsWithChildren<{ title: string }>) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>{children}</pre>
    </figure>
  )
}

function Tag({ text, isGood }: { text: string; isGood: boolean }) {
  return <span class={isGood ? 'tag good' : 'tag'}>{text}</span>
}
