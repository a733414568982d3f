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

/** Unpaid orders that one buyer, and everybody at one address together, may have at a time. */
export const UNPAID_ORDERS_MAX = { buyer: 5, address: 100 }

/**
 * How much of a product unpaid orders may keep from others, so that nobody takes the shop off sale without paying: of what
 * is there for them, a buyer's half of it, and three quarters those of an address, which many honest buyers may share. A
 * few pieces always.
 */
export const UNPAID_SHARE_MAX = { buyer: 1 / 2, address: 3 / 4 }
export const UNPAID_PIECES_MIN = 2

/** Pieces of one product in the shop. */
export const STOCK_MAX = 1_000_000

/** Of a price list, in characters: what addresses, cookies and WeChat's `product_id` have room for, and what people read. */
export const PRODUCT_ID_LENGTH_MAX = 32
export const SLUG_LENGTH_MAX = 64
export const NAME_LENGTH_MAX = 60
export const DESCRIPTION_LENGTH_MAX = 1_000
export const PRODUCTS_MAX = 1_000

/** What an operator writes about money, in characters. */
export const NOTE_LENGTH_MAX = 500

/** What a buyer leaves with an order, in characters: the longest e-mail that travels, a phone number, where to, and a note. */
export const EMAIL_LENGTH_MAX = 254
export const PHONE_LENGTH_MAX = 20
export const ADDRESS_LENGTH_MAX = 200
export const ORDER_NOTE_LENGTH_MAX = 200

/** A carrier's number of a parcel, in characters; some write the carrier in front of it. */
export const TRACKING_NUMBER_LENGTH = { min: 4, max: 40 }

/** What is looked for among the goods, and each fact about one of them, in characters. */
export const SEARCH_LENGTH_MAX = 64
export const FACT_LENGTH_MAX = 120

/** Of a client's own key for a repeated request: shorter ones can be guessed. */
export const IDEMPOTENCY_KEY_LENGTH = { min: 16, max: 128 }
