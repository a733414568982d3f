import { FEN_MAX } from './limits'

declare const unit: unique symbol

/** An amount of money in whole fen; 100 fen are 1 yuan. Never a fraction, never negative. */
export type Fen = number & { readonly [unit]: 'fen' }

/** The only currency of a merchant inside China (WeChat Pay: `fee_type` CNY). */
export const CURRENCY = 'CNY'
export type Currency = typeof CURRENCY

/** Says that a number is an amount in whole fen. Throws when it is not: that is a mistake in the code, not bad input. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value) || value < 0 || value > FEN_MAX) {
    throw new RangeError(`not an amount in whole fen: ${value}`)
  }
  return value as Fen
}

/** The amount as a person reads it, such as ¥128.00. */
export function formatFen(amountFen: Fen, locale: string): string {
  return formatClaim(amountFen, locale)
}

/** The same for an amount that a message speaks of, which may be any. The only place where fen are divided. */
export function formatClaim(claimedFen: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: CURRENCY,
    currencyDisplay: 'narrowSymbol',
  })
  return format.format(claimedFen / 100)
}

/** The amount in yuan for programs such as a spreadsheet: 12800 fen are `128.00`. */
export function writeYuan(amountFen: Fen): string {
  const digits = String(amountFen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** The fen of an amount as a person types it in yuan, such as `128` or `¥128.50`; null for what is no such amount. */
export function readYuan(text: string): number | null {
  // Keyboards for Chinese type wide digits, which mean the same.
  const typed = text.normalize('NFKC').trim()
  const [, yuan, fraction = ''] = /^¥?\s*(\d{1,8})(?:\.(\d{1,2}))?$/.exec(typed) ?? []
  return yuan === undefined ? null : Number(yuan) * 100 + Number(fraction.padEnd(2, '0'))
}
