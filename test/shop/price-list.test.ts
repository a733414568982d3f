import { expect, test } from 'vitest'
import {
  DESCRIPTION_LENGTH_MAX,
  FEN_MAX,
  NAME_LENGTH_MAX,
  PRODUCT_ID_LENGTH_MAX,
  PRODUCTS_MAX,
  SLUG_LENGTH_MAX,
  STOCK_MAX,
} from '@/lib/shop/limits'
import type { Fen } from '@/lib/shop/money'
import { fen } from '@/lib/shop/money'
import { checkList, type ListedProduct } from '@/lib/shop/price-list'

const TEA: ListedProduct = {
  id: 'tea-1',
  slug: 'green-tea',
  name: { zh: '绿茶', en: 'Green tea' },
  description: { zh: '', en: 'Picked before the rain' },
  priceFen: fen(6_800),
  stock: 24,
  image: '/products/tea_1.svg',
  category: 'green',
  facts: { origin: { zh: '杭州', en: 'Hangzhou' } },
}

/** What is wrong with a list, line by line. */
function problemsOf(...list: ListedProduct[]): string[] {
  try {
    checkList(list)
    return []
  } catch (error) {
    const [title, ...problems] = String(error).split('\n  ')
    expect(title).toBe('Error: The price list is not right:')
    return problems
  }
}

test.each<Partial<ListedProduct>>([
  {},
  { id: 'x'.repeat(PRODUCT_ID_LENGTH_MAX), slug: '-'.repeat(SLUG_LENGTH_MAX) },
  {
    name: { zh: '茶'.repeat(NAME_LENGTH_MAX), en: 'x' },
    description: { zh: 'x'.repeat(DESCRIPTION_LENGTH_MAX), en: '' },
  },
  { priceFen: fen(1), stock: 0 },
  { priceFen: fen(FEN_MAX), stock: STOCK_MAX },
  { image: `/${'x'.repeat(200)}` },
  { name: { zh: '茶 🍵', en: 'a-b "c" <d>' } },
])('a product with %j can be sold', (change) => {
  expect(problemsOf({ ...TEA, ...change })).toEqual([])
})

const ID = 'id has 1 to 32 of a-z, 0-9 and -'
const SLUG = 'slug has 1 to 64 of a-z, 0-9 and -'
const NAME = 'has 1 to 60 characters on one line'
const DESCRIPTION = 'has at most 1000 characters on one line'
const PRICE = 'priceFen is a whole number from 1 to 1000000000'
const STOCK = 'stock is a whole number from 0 to 1000000'
const IMAGE = 'image is a path below public/'

test.each<[Partial<ListedProduct>, string]>([
  [{ id: '' }, ID],
  [{ id: 'Tea' }, ID],
  [{ id: 'tea 1' }, ID],
  [{ id: ' tea' }, ID],
  [{ id: 'tea\n' }, ID],
  [{ id: 'x'.repeat(PRODUCT_ID_LENGTH_MAX + 1) }, ID],
  [{ slug: '' }, SLUG],
  [{ slug: 'a/b' }, SLUG],
  [{ slug: 'x'.repeat(SLUG_LENGTH_MAX + 1) }, SLUG],
  [{ name: { zh: '', en: 'x' } }, `name.zh ${NAME}`],
  [{ name: { zh: ' ', en: 'x' } }, `name.zh ${NAME}`],
  [{ name: { zh: 'x', en: 'a\nb' } }, `name.en ${NAME}`],
  [{ name: { zh: 'x', en: 'x'.repeat(NAME_LENGTH_MAX + 1) } }, `name.en ${NAME}`],
  [{ description: { zh: '\ud800', en: '' } }, `description.zh ${DESCRIPTION}`],
  [{ description: { zh: '', en: 'x'.repeat(DESCRIPTION_LENGTH_MAX + 1) } }, `description.en ${DESCRIPTION}`],
  [{ priceFen: 0 as Fen }, PRICE],
  [{ priceFen: 0.5 as Fen }, PRICE],
  [{ priceFen: (FEN_MAX + 1) as Fen }, PRICE],
  [{ stock: -1 }, STOCK],
  [{ stock: 1.5 }, STOCK],
  [{ stock: STOCK_MAX + 1 }, STOCK],
  [{ image: 'https://elsewhere.example/a.svg' }, IMAGE],
  [{ image: 'products/a.svg' }, IMAGE],
  [{ image: '/a b.svg' }, IMAGE],
  [{ image: '/' }, IMAGE],
  [{ facts: { weight: { zh: '', en: '50 g' } } }, 'facts.weight has 1 to 120 characters on one line in each language'],
  [{ image: `/${'x'.repeat(201)}` }, IMAGE],
])('a product with %j is not sold, and the reason names it', (change, problem) => {
  const product = { ...TEA, ...change }
  expect(problemsOf(product)).toEqual([`${JSON.stringify(product.id)}: ${problem}`])
})

test('everything that is wrong is told at once', () => {
  const [first, second] = [
    { ...TEA, stock: -1, image: '' },
    { ...TEA, priceFen: 0 as Fen },
  ]
  expect(problemsOf(first, second, TEA)).toEqual([
    `"tea-1": ${STOCK}`,
    `"tea-1": ${IMAGE}`,
    `"tea-1": ${PRICE}`,
    '"tea-1": no two products have the same id',
    '"green-tea": no two products have the same slug',
  ])
})

test('a list has so many products at most', () => {
  const list = Array.from({ length: PRODUCTS_MAX }, (_, n) => ({ ...TEA, id: `tea-${n}`, slug: `tea-${n}` }))
  expect(problemsOf(...list)).toEqual([])
  expect(problemsOf(...list, TEA)).toEqual([
    'the list has more than 1000 products',
    '"tea-1": no two products have the same id',
  ])
})
