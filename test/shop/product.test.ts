import { expect, test } from 'vitest'
import { GOODS } from '@/db/goods'
import { findGoods, type Product, relatedTo } from '@/lib/shop/product'

const PRODUCTS: Product[] = GOODS.map((it) => ({ ...it, isOnSale: true }))
type Query = Parameters<typeof findGoods>[1]
const found = (query: Partial<Query>) =>
  findGoods(PRODUCTS, { category: null, words: null, ...query }).map(({ slug }) => slug)

test('goods are found by every word in either language, however it is written', () => {
  expect(found({})).toHaveLength(PRODUCTS.length)
  expect(found({ words: 'WUYI' })).toEqual(['dahongpao'])
  expect(found({ words: '福鼎' })).toEqual(['yinzhen'])
  expect(found({ words: 'ＡＮＸＩ  oolong' })).toEqual(['tieguanyin'])
  expect(found({ words: 'anxi coffee' })).toEqual([])
})

test('a shelf holds its category, and words look on it alone', () => {
  expect(found({ category: 'ware' })).toEqual(['gaiwan', 'celadon', 'teapot', 'pitcher', 'tray'])
  expect(found({ category: 'ware', words: 'wuyi' })).toEqual([])
})

test('what else there is comes from the same shelf first, never sold out, and never itself', () => {
  const [longjing, ...others] = PRODUCTS
  if (longjing === undefined) throw new Error('no goods')
  expect(relatedTo(longjing, PRODUCTS, 3).map(({ slug }) => slug)).toEqual(['jasmine', 'yinzhen', 'tieguanyin'])
  const soldOut = others.map((it) => ({ ...it, stock: it.slug === 'jasmine' ? 0 : it.stock }))
  expect(relatedTo(longjing, [longjing, ...soldOut], 1).map(({ slug }) => slug)).toEqual(['yinzhen'])
})
