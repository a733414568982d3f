/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { RefundFilter, RowList } from '../ledger/inspection'
import { REFUND_STATUSES, type RefundRecord } from '../ledger/refund-schema'
import { type InspectorContext, Money, RefundTag, refundHref, When } from './frame'
import { RecordList } from './record-list'

type Props = { context: InspectorContext; filter: RefundFilter; found: RowList<RefundRecord> }

/** All refunds, newest first. */
export function RefundsPage({ context, filter, found }: Props) {
  const { text, hint, none, noneText, status } = context.words.refund
  return (
    <RecordList
      context={context}
      tab="refunds"
      words={{ text, hint, none, noneText }}
      filter={filter}
      state={{ name: 'status', now: filter.status, all: REFUND_STATUSES.map((it) => [it, status[it]]) }}
      found={found}
      row={(refund) => <RefundRow key={refund.refundId} context={context} refund={refund} />}
    />
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
