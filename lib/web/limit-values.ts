import type { Locale } from '@/lib/i18n/locale'
import { FEN_MAX, LINES_MAX, NOTE_LENGTH_MAX, QUANTITY_MAX, STOCK_MAX } from '@/lib/shop/limits'
import { fen, formatFen } from '@/lib/shop/money'

/** The limits as the sentences about refusals name them. */
export function limitValues(locale: Locale) {
  return {
    linesMax: LINES_MAX,
    quantityMax: QUANTITY_MAX,
    amountMax: formatFen(fen(FEN_MAX), locale),
    noteMax: NOTE_LENGTH_MAX,
    stockMax: new Intl.NumberFormat(locale).format(STOCK_MAX),
  }
}
