import type { Locale } from '@/lib/i18n/locale'
import {
  ADDRESS_LENGTH_MAX,
  FEN_MAX,
  LINES_MAX,
  NOTE_LENGTH_MAX,
  ORDER_NOTE_LENGTH_MAX,
  QUANTITY_MAX,
  STOCK_MAX,
  TRACKING_NUMBER_LENGTH,
} from '@/lib/shop/limits'
import { fen, formatFen } from '@/lib/shop/money'
import { REASON_BYTES_MAX, REFUNDS_MAX } from '@/lib/shop/refund'

/** The limits as the sentences about refusals name them. */
export function limitValues(locale: Locale) {
  return {
    linesMax: LINES_MAX,
    quantityMax: QUANTITY_MAX,
    amountMax: formatFen(fen(FEN_MAX), locale),
    noteMax: NOTE_LENGTH_MAX,
    addressMax: ADDRESS_LENGTH_MAX,
    orderNoteMax: ORDER_NOTE_LENGTH_MAX,
    trackingMin: TRACKING_NUMBER_LENGTH.min,
    trackingMax: TRACKING_NUMBER_LENGTH.max,
    refundsMax: REFUNDS_MAX,
    reasonBytes: REASON_BYTES_MAX,
    // A Chinese character takes three bytes.
    reasonHan: Math.floor(REASON_BYTES_MAX / 3),
    stockMax: new Intl.NumberFormat(locale).format(STOCK_MAX),
  }
}
