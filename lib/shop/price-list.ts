import {
  DESCRIPTION_LENGTH_MAX,
  FACT_LENGTH_MAX,
  FEN_MAX,
  NAME_LENGTH_MAX,
  PRODUCT_ID_LENGTH_MAX,
  PRODUCTS_MAX,
  SLUG_LENGTH_MAX,
  STOCK_MAX,
} from './limits'
import type { Fen } from './money'
import { CATEGORIES, type Category, FACTS, type Facts, isCategory, type Localized } from './product'

/** A product as a price list has it; `stock` is what there is when the shop first sees it. */
export type ListedProduct = {
  id: string
  slug: string
  name: Localized
  description: Localized
  priceFen: Fen
  stock: number
  image: string
  category: Category | null
  facts: Facts
}

/** What pages and WeChat cannot show: control characters, and halves of characters. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}]/u

/** Throws one message with everything that is wrong with a list; one without any can be sold. */
export function checkList(list: readonly ListedProduct[]): void {
  const problems = problemsOfList(list)
  if (problems.length > 0) throw new Error(`The price list is not right:\n  ${problems.join('\n  ')}`)
}

/** Everything that is wrong with a price list, each a sentence that names the product. */
function problemsOfList(list: readonly ListedProduct[]): string[] {
  const tooMany = list.length > PRODUCTS_MAX ? [`the list has more than ${PRODUCTS_MAX} products`] : []
  return [...tooMany, ...list.flatMap(problemsOf), ...repeated(list, 'id'), ...repeated(list, 'slug')]
}

function problemsOf(product: ListedProduct): string[] {
  const { id, slug, name, description, priceFen, stock, image, category, facts } = product
  const isWord = (text: string, lengthMax: number) => /^[a-z0-9-]+$/.test(text) && text.length <= lengthMax
  const isText = (text: string, min: number, max: number) =>
    text.trim().length >= min && text.length <= max && !UNSHOWABLE.test(text)
  const isIn = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max
  const checks: [boolean, string][] = [
    [isWord(id, PRODUCT_ID_LENGTH_MAX), `id has 1 to ${PRODUCT_ID_LENGTH_MAX} of a-z, 0-9 and -`],
    [isWord(slug, SLUG_LENGTH_MAX), `slug has 1 to ${SLUG_LENGTH_MAX} of a-z, 0-9 and -`],
    ...(['zh', 'en'] as const).flatMap((locale): [boolean, string][] => [
      [isText(name[locale], 1, NAME_LENGTH_MAX), `name.${locale} has 1 to ${NAME_LENGTH_MAX} characters on one line`],
      [
        isText(description[locale], 0, DESCRIPTION_LENGTH_MAX),
        `description.${locale} has at most ${DESCRIPTION_LENGTH_MAX} characters on one line`,
      ],
    ]),
    [isIn(priceFen, 1, FEN_MAX), `priceFen is a whole number from 1 to ${FEN_MAX}`],
    [isIn(stock, 0, STOCK_MAX), `stock is a whole number from 0 to ${STOCK_MAX}`],
    [/^\/[\w./-]{1,200}$/.test(image), 'image is a path below public/'],
    [category === null || isCategory(category), `category is one of ${CATEGORIES.join(', ')}, or null`],
    ...FACTS.flatMap((fact): [boolean, string][] => {
      const { zh, en } = facts[fact] ?? { zh: '-', en: '-' }
      const isRight = [zh, en].every((text) => isText(text, 1, FACT_LENGTH_MAX))
      return [[isRight, `facts.${fact} has 1 to ${FACT_LENGTH_MAX} characters on one line in each language`]]
    }),
  ]
  return checks.flatMap(([isRight, sentence]) => (isRight ? [] : [`${JSON.stringify(id)}: ${sentence}`]))
}

function repeated(list: readonly ListedProduct[], field: 'id' | 'slug'): string[] {
  const values = list.map((product) => product[field])
  const twice = new Set(values.filter((value, n) => values.indexOf(value) !== n))
  return [...twice].map((value) => `${JSON.stringify(value)}: no two products have the same ${field}`)
}
