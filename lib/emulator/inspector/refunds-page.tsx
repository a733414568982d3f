/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { RefundFilter, RowList } from '../ledger/inspection'
import { REFUND_STATUSES, type RefundRecord } from '../ledger/refund-schema'
import { Older } from './activity-page'
import { writeRowCursor } from './filters'
import { Empty, Frame, Head, hrefWith, type InspectorContext, Live, Money, RefundTag, refundHref, When } from './frame'

/** All refunds, newest first. */
export function RefundsPage({
  context,
  filter,
  found,
}: {
  context: InspectorContext
  filter: RefundFilter
  found: RowList<RefundRecord>
}) {
  const { view, words } = context
  const isNewest = filter.before === undefined
  const isSearch = filter.text !== undefined || filter.status !== undefined
  return (
    <Frame context={context} tab="refunds" title={words.tab.refunds} isLive={isNewest}>
      <Head title={words.tab.refunds} text={words.refund.text}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <SearchForm context={context} filter={filter} />
      <div data-live="refunds">
        {found.rows.length === 0 ? (
          <div class="card">
            <Empty title={isSearch ? words.nothingFound : words.refund.none}>
              <p>{isSearch ? <a href={`${view.base}/refunds`}>{words.showAll}</a> : words.refund.noneText}</p>
            </Empty>
          </div>
        ) : (
          <div class="card list">
            <ol class="orders">
              {found.rows.map((refund) => (
                <RefundRow key={refund.refundId} context={context} refund={refund} />
              ))}
            </ol>
          </div>
        )}
        <Older
          context={context}
          isSearch={found.rows.length === 0}
          next={found.next && writeRowCursor(found.next)}
          filter={filter}
        />
      </div>
    </Frame>
  )
}

function RefundRow({ context: { view, words }, refund }: { context: InspectorContext; refund: RefundRecord }) {
  const id = `refund-${refund.refundId}`
  return (
    <li id={id} class="order">
      <When at={refund.createdAt} />
      <a class="activity-title" id={`${id}-link`} href={refundHref(view, refund)}>
        {visibleText(refund.description || refund.outTradeNo)}
        <span>{visibleText(refund.outRefundNo)}</span>
      </a>
      <span class="order-kind">{words.refund.source[refund.source]}</span>
      <Money fen={refund.refundFee} />
      <RefundTag status={refund.status} words={words} />
    </li>
  )
}

function SearchForm({ context: { view, words }, filter }: { context: InspectorContext; filter: RefundFilter }) {
  return (
    <search class="search">
      <form method="get" action={`${view.base}/refunds`}>
        <label class="hidden" for="q">
          {words.search}
        </label>
        <input id="q" name="q" type="search" maxlength={100} value={filter.text} placeholder={words.refund.hint} />
        {filter.status !== undefined && <input type="hidden" name="status" value={filter.status} />}
        <button class="button" type="submit">
          {words.search}
        </button>
      </form>
      <ul class="pills" aria-label={words.filter}>
        {[undefined, ...REFUND_STATUSES].map((status) => (
          <li key={status ?? 'all'}>
            <a
              href={hrefWith(view, { status: status ?? null, before: null })}
              aria-current={filter.status === status ? 'true' : undefined}
            >
              {status === undefined ? words.everything : words.refund.status[status]}
            </a>
          </li>
        ))}
      </ul>
    </search>
  )
}
