/*
 * Every limit that a shopper, an operator or a price list can meet. Pages and route handlers read it here, and each that
 * is exceeded has a problem code with a sentence (`lib/web/problem.ts` and the texts).
 */

/** Different products in a cart, and in the order that is made of it. */
export const LINES_MAX = 20

/** Pieces of one product in an order. */
export const QUANTITY_MAX = 99

/**
 * Largest amount of an order, and largest price of one piece: 10 million yuan. It is far below the range in which numbers
 * lose whole values, and within the ten digits that WeChat's `total_fee` is known to take; WeChat documents no limit.
 */
export const FEN_MAX = 1_000_000_000

/** What an operator writes about money, in characters. */
export const NOTE_LENGTH_MAX = 500

/** Of a client's own key for a repeated request: shorter ones can be guessed. */
export const IDEMPOTENCY_KEY_LENGTH = { min: 16, max: 128 }
