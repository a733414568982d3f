import type { Locale } from '@/lib/i18n/locale'
import { FEN_MAX, LINES_MAX, NOTE_LENGTH_MAX, QUANTITY_MAX, STOCK_MAX } from '@/lib/shop/limits'
import { fen, formatFen } from '@/lib/shop/money'
import { REASON_BYTES_MAX, REFUNDS_MAX } from '@/lib/shop/refund'

/** The limits as the sentences about refusals name them. */
export function limitValues(locale: Locale) {
  return {
    linesMax: LINES_MAX,
    quantityMax: QUANTITY_MAX,
    amountMax: formatFen(fen(FEN_MAX), locale),
    noteMax: NOTE_LENGTH_MAX,
    refundsMax: REFUNDS_MAX,
    reasonBytes: REASON_BYTES_MAX,
    // A Chinese character takes three bytes.
    reasonHan: Math.floor(REASON_BYTES_MAX / 3),
    stockMax: new Intl.NumberFormat(locale).format(STOCK_MAX),
  }
}
