import type { Fen } from './money'

/** A text in both languages of the shop. */
export type Localized = { zh: string; en: string }

export type Product = {
  id: string
  /** Last part of the product's address, `/products/:slug`. */
  slug: string
  name: Localized
  description: Localized
  priceFen: Fen
  /** Whether it can be ordered at all; what was ordered before stays. */
  isOnSale: boolean
  /** Pieces that can be ordered now; what open orders have reserved is not in it. */
  stock: number
  /** Address of the illustration, below `public/`. */
  image: string
}
