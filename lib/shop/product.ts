import type { Fen } from './money'

/** A text in both languages of the shop. */
export type Localized = { zh: string; en: string }

/** The shelves, in the order in which they are shown. */
export const CATEGORIES = ['green', 'white', 'oolong', 'black', 'ware'] as const
export type Category = (typeof CATEGORIES)[number]

/** What can be said of a product in a word or two, in the order of its table. */
export const FACTS = ['origin', 'year', 'weight', 'material', 'size', 'brewing'] as const
export type FactName = (typeof FACTS)[number]
export type Facts = Partial<Record<FactName, Localized>>

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
  /** Where it stands in the shop; null for what a former price list did not say it of. */
  category: Category | null
  facts: Facts
  /** Address of the illustration, below `public/`. */
  image: string
}

export function isCategory(word: string | null | undefined): word is Category {
  return CATEGORIES.some((it) => it === word)
}

/** Those of a category that have every word that is looked for, in either language; null leaves a question open. */
export function findGoods(
  products: Product[],
  { category, words }: { category: Category | null; words: string | null },
): Product[] {
  const wanted = plain(words ?? '').split(/\s+/)
  return products.filter((product) => {
    if (category !== null && product.category !== category) return false
    const { name, description, facts } = product
    const texts = [name, description, ...Object.values(facts)].flatMap(({ zh, en }) => [zh, en])
    const text = plain(texts.join(' '))
    return wanted.every((word) => text.includes(word))
  })
}

/** Full-width letters and capitals are the same to somebody who looks for something. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim()
}

/** What else somebody may like who looks at a product: of its category first, and only what can be had. */
export function relatedTo(product: Product, products: Product[], count: number): Product[] {
  const others = products.filter(({ id, stock }) => id !== product.id && stock > 0)
  const near = others.filter(({ category }) => category === product.category)
  return [...near, ...others.filter((it) => !near.includes(it))].slice(0, count)
}
