import { expect, test } from 'vitest'
import { isStoreUnavailable, StoreUnavailable } from '@/lib/shop/store'

test('a failure is the store’s however deep it lies, and whichever copy of the class it is of', () => {
  const own = new StoreUnavailable('locked')
  const copy = Object.assign(new Error('locked'), { name: 'StoreUnavailable' })
  for (const error of [own, copy]) {
    expect(isStoreUnavailable(error)).toBe(true)
    expect(isStoreUnavailable(new Error('no page', { cause: new Error('no order', { cause: error }) }))).toBe(true)
  }
})

test.each([
  [new Error('broken')],
  [new Error('broken', { cause: 'StoreUnavailable' })],
  ['StoreUnavailable'],
  [{ name: 'StoreUnavailable' }],
  [null],
  [undefined],
])('%s is no failure of the store', (error) => {
  expect(isStoreUnavailable(error)).toBe(false)
})
