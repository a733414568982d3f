import { QUANTITY_MAX } from '@/lib/shop/limits'
import { readYuan } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import {
  costOf,
  leftOfOrder,
  piecesByProduct,
  piecesLeft,
  REASON_BYTES_MAX,
  type Refund,
  type RefundLine,
  refundsOf,
} from '@/lib/shop/refund'
import type { WantedRefund } from '@/lib/shop/refunds'
import { type AddressQuery, firstOf } from './list-query'
import type { ProblemCode } from './problem'

const REFUND_PARTS = ['whole', 'lines', 'amount'] as const

/** What an operator fills in to refund an order, as it is typed; an address can say it, since it changes nothing. */
export type RefundForm = {
  what: (typeof REFUND_PARTS)[number]
  /** How many pieces of which product. */
  pieces: Map<string, string>
  yuan: string
  reason: string
  returnsStock: boolean
}

/** What a form begins with: all that is left, and goods that never left go back on sale. */
export function emptyRefundForm(order: Order): RefundForm {
  return { what: 'whole', pieces: new Map(), yuan: '', reason: '', returnsStock: order.shippedAt === null }
}

/** What an address says; null when it says nothing of a refund. */
export function readRefundForm(query: AddressQuery, order: Order): RefundForm | null {
  const what = REFUND_PARTS.find((it) => it === firstOf(query.what))
  if (what === undefined) return null
  const typed = order.lines.map(({ productId }) => [productId, firstOf(query[pieceField(productId)]) ?? ''] as const)
  return {
    what,
    pieces: new Map(typed),
    yuan: firstOf(query.yuan) ?? '',
    reason: firstOf(query.reason) ?? '',
    returnsStock: firstOf(query.stock) === '1',
  }
}

/** The same as fields of an address; the other way round from `readRefundForm`. */
export function refundFormFields({ what, pieces, yuan, reason, returnsStock }: RefundForm): Record<string, string> {
  const typed = [...pieces].map(([productId, quantity]) => [pieceField(productId), quantity])
  return { what, ...Object.fromEntries(typed), yuan, reason, ...(returnsStock && { stock: '1' }) }
}

export function pieceField(productId: string): string {
  return `pieces.${productId}`
}

export type ReadRefund = { ok: true; wanted: WantedRefund } | { ok: false; reason: ProblemCode }

/** What a form asks for, in fen and pieces; or why it cannot be asked for, as far as that is certain before it is tried. */
export function wantedOf(form: RefundForm, order: Order, refunds: Refund[]): ReadRefund {
  const reason = readReason(form.reason)
  if (!reason.ok) return reason
  const part = partOf(form, order, refundsOf(refunds, order.transactionId))
  if (!part.ok) return part
  const { amountFen, lines } = part
  if (amountFen === null || amountFen < 1) return { ok: false, reason: 'invalid_refund_amount' }
  if (amountFen > leftOfOrder(order, refunds)) return { ok: false, reason: 'refund_too_much' }
  const returnsStock = form.returnsStock && lines.length > 0
  return { ok: true, wanted: { amountFen, lines, reason: reason.text, returnsStock } }
}

/** A reason that the buyer reads here and at WeChat, which shows so many bytes of it. */
export function readReason(
  typed: string | null,
): { ok: true; text: string } | { ok: false; reason: 'reason_required' | 'reason_too_long' } {
  const text = (typed ?? '').replace(/\s+/gu, ' ').trim()
  if (text === '') return { ok: false, reason: 'reason_required' }
  if (new TextEncoder().encode(text).length > REASON_BYTES_MAX) return { ok: false, reason: 'reason_too_long' }
  return { ok: true, text }
}

type Part = { ok: true; amountFen: number | null; lines: RefundLine[] } | { ok: false; reason: 'invalid_refund_lines' }

function partOf({ what, pieces, yuan }: RefundForm, order: Order, own: Refund[]): Part {
  switch (what) {
    case 'whole':
      return { ok: true, amountFen: leftOfOrder(order, own), lines: piecesLeft(order, own) }
    case 'amount':
      return { ok: true, amountFen: readYuan(yuan), lines: [] }
    case 'lines': {
      const lines = readPieces(pieces)
      const left = piecesByProduct(piecesLeft(order, own))
      const areThere = lines?.every(({ productId, quantity }) => quantity <= (left.get(productId) ?? 0))
      if (lines === null || lines.length === 0 || !areThere) return { ok: false, reason: 'invalid_refund_lines' }
      return { ok: true, amountFen: costOf(order, lines), lines }
    }
  }
}

/** Lines with pieces in them; null when something was typed that is no number of pieces. */
function readPieces(pieces: Map<string, string>): RefundLine[] | null {
  const typed = [...pieces].map(([productId, text]) => ({ productId, quantity: readQuantity(text) }))
  if (typed.some(({ quantity }) => quantity === null)) return null
  return typed.flatMap(({ productId, quantity }) => (quantity ? [{ productId, quantity }] : []))
}

/** Keyboards for Chinese type wide digits, which mean the same; an empty field is none. */
function readQuantity(text: string): number | null {
  const typed = text.normalize('NFKC').trim()
  if (typed === '') return 0
  const quantity = /^\d{1,2}$/.test(typed) ? Number(typed) : null
  return quantity !== null && quantity <= QUANTITY_MAX ? quantity : null
}

/** A refund as the page that asks once more has it, so that what is pressed there is what was read there. */
export function confirmedFields({ amountFen, lines, reason, returnsStock }: WantedRefund): [string, string][] {
  return [
    ['amountFen', String(amountFen)],
    ...lines.map(({ productId, quantity }): [string, string] => ['line', `${productId}:${quantity}`]),
    ['reason', reason],
    ...(returnsStock ? [['stock', '1'] satisfies [string, string]] : []),
  ]
}

/** The other way round from `confirmedFields`. */
export function readConfirmed(form: URLSearchParams): ReadRefund {
  const reason = readReason(form.get('reason'))
  if (!reason.ok) return reason
  const typed = form.get('amountFen') ?? ''
  if (!/^\d{1,10}$/.test(typed) || Number(typed) < 1) return { ok: false, reason: 'invalid_refund_amount' }
  const lines = form.getAll('line').map(readLine)
  if (!lines.every((line) => line !== null)) return { ok: false, reason: 'invalid_refund_lines' }
  const returnsStock = form.get('stock') === '1' && lines.length > 0
  return { ok: true, wanted: { amountFen: Number(typed), lines, reason: reason.text, returnsStock } }
}

function readLine(text: string): RefundLine | null {
  const [, productId, quantity] = /^([\w-]{1,32}):(\d{1,2})$/.exec(text) ?? []
  return productId === undefined || Number(quantity) < 1 ? null : { productId, quantity: Number(quantity) }
}
