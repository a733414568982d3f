import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureFirstAdmin } from '@/lib/admin/first-admin'
import { applyPriceList } from '@/lib/runtime'
import {
  DESCRIPTION_LENGTH_MAX,
  FEN_MAX,
  LINES_MAX,
  NAME_LENGTH_MAX,
  PRODUCT_ID_LENGTH_MAX,
  QUANTITY_MAX,
  SLUG_LENGTH_MAX,
  STOCK_MAX,
} from '@/lib/shop/limits'
import { fen, readYuan, writeYuan } from '@/lib/shop/money'
import { checkList, type ListedProduct } from '@/lib/shop/price-list'
import { CATEGORIES } from '@/lib/shop/product'
import { PROBLEMS } from '@/lib/web/problem'
import { openVisitor, placeOf } from '../visitor'
import { nameOf, openWorld, PUBLIC_URL, type World } from '../world'

const OPERATOR = { email: 'olga@shop.example', password: 'a long enough password' }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** A browser sends no halves of characters. */
const wellFormed = (text: string) => Buffer.from(text).toString()

/** What a person, a script, or a pasted clipboard may put into a field. */
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1.5',
    '1e9',
    '99',
    '100',
    '１２',
    '٣',
    '¥68',
    '68,00',
    '２０',
    '=1+1',
    '../..',
  ),
  fc.constantFrom(
    'add',
    'set',
    'remove',
    'on',
    'off',
    'native',
    'h5',
    'jsapi',
    'operator',
    'viewer',
    'others',
    'order',
  ),
  fc.constantFrom(
    'tea-longjing',
    'tea-longjing:1',
    'tea-longjing:99:1',
    'coffee',
    '__proto__',
    'constructor',
    '\u0000',
  ),
)

/** Every form of the shop, with all of its fields. */
const FORMS: [path: string, fields: string[]][] = [
  ['/api/cart', ['action', 'productId', 'quantity', 'seenFen', 'back']],
  ['/api/orders', ['cart', 'amountFen']],
  ['/api/orders', ['item', 'again', 'amountFen']],
  ['/api/locale', ['locale', 'back']],
  ['/api/orders/ORDER/prepay', ['channel']],
  ['/api/orders/ORDER/confirm', ['press']],
  ['/api/admin/login', ['email', 'password', 'page', 'press']],
  ['/api/admin/team', ['email', 'role', 'press']],
  ['/api/admin/team/ANY', ['action', 'press']],
  ['/api/admin/account/sessions', ['session', 'press']],
  ['/api/admin/account/password', ['current', 'new', 'press']],
  ['/api/admin/money/ANY/resolve', ['note', 'from', 'press']],
  ['/api/admin/money/ANY/refund', ['reason', 'from', 'press']],
  ['/api/admin/orders/ORDER/refund', ['amountFen', 'line', 'reason', 'stock', 'press']],
  ['/api/admin/refunds/ANY/approve', ['note', 'back', 'press']],
  ['/api/admin/refunds/ANY/decline', ['note', 'back', 'press']],
  ['/api/admin/refunds/ANY/query', ['back', 'press']],
  ['/api/admin/refunds/ANY/resolve', ['note', 'back', 'press']],
  ['/api/admin/refunds/export', ['number', 'status', 'waits', 'from', 'to', 'after']],
  ['/api/orders/ORDER/refund-request', ['reason']],
  ['/api/admin/orders/ANY/close', ['press']],
  ['/api/admin/orders/ANY/ship', ['press']],
  ['/api/admin/orders/ANY/query', ['press']],
  ['/api/admin/orders/ship', ['order', 'press']],
  ['/api/admin/orders/ANY/review-refund', ['note', 'press']],
  ['/api/admin/orders/export', ['status', 'channel', 'attention', 'shipped', 'from', 'to', 'number']],
  ['/api/admin/notifications/replay', ['verdict', 'number', 'from', 'until', 'text', 'attention', 'press']],
  ['/api/admin/notifications/ANY/replay', ['press']],
  ['/api/admin/notifications/filters', ['name', 'remove', 'verdict', 'number', 'from', 'text', 'press']],
  ['/api/admin/goods/tea-longjing/price', ['version', 'yuan', 'press']],
  ['/api/admin/goods/tea-longjing/stock', ['version', 'add', 'counted', 'seen', 'press']],
  ['/api/admin/goods/tea-longjing/offer', ['version', 'offer', 'press']],
  ['/api/admin/goods/ANY/price', ['version', 'yuan']],
]

const filled = fc.constantFrom(...FORMS).chain(([path, fields]) =>
  fc.record({
    path: fc.constant(path),
    any: typed.map((text) => encodeURIComponent(wellFormed(text)) || 'x'),
    fields: fc.record(Object.fromEntries(fields.map((name) => [name, typed])), {
      requiredKeys: [],
      noNullPrototype: true,
    }),
  }),
)

/** Leads to a page of the shop, says a code that is known, or gives what was asked for; never fails. */
async function expectAnswered(answer: Response): Promise<void> {
  const body = await answer.text()
  const where = answer.headers.get('location')
  const code = where === null ? null : new URL(where, PUBLIC_URL).searchParams.get('problem')
  expect([answer.status < 500, body, where]).toEqual([true, body, where])
  expect(code === null || (code !== 'internal' && Object.hasOwn(PROBLEMS, code))).toBe(true)
}

test('whatever is typed into any field of any form is answered, and never with a failure', async () => {
  await ensureFirstAdmin(world.runtime, OPERATOR)
  const visitor = openVisitor(world)
  await visitor.submit('/api/admin/login', OPERATOR)
  const order = placeOf(await visitor.submit('/api/orders', { item: 'tea-longjing:1' }))
  const cookie = visitor.cookie()
  await fc.assert(
    fc.asyncProperty(filled, async ({ path, any, fields }) => {
      const target = path.replace('/orders/ORDER', order).replace('ANY', any)
      const given = Object.entries(fields).map(([name, text]): [string, string] => [name, wellFormed(String(text))])
      await expectAnswered(await world.form(target, given, { cookie }))
    }),
    { numRuns: 400 },
  )
  expect(world.warnings).toEqual([])
})

test('whatever stands in the cookies of a cart, a buyer and orders is answered', async () => {
  const cookie = fc.tuple(typed, typed, typed).map((values) => {
    const names = ['cart', 'buyer', 'orders'].map(nameOf)
    return names.map((name, n) => `${name}=${encodeURIComponent(wellFormed(values[n] ?? ''))}`).join('; ')
  })
  await fc.assert(
    fc.asyncProperty(cookie, async (value) => {
      await expectAnswered(await world.form('/api/cart', { action: 'add', productId: 'tea-qimen' }, { cookie: value }))
      await expectAnswered(await world.form('/api/orders', {}, { cookie: value }))
    }),
    { numRuns: 100 },
  )
})

test('an amount that was written is read as the same, and a typed one is some whole number of fen or none', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: FEN_MAX }), (amount) => {
      expect(readYuan(writeYuan(fen(amount)))).toBe(amount === FEN_MAX ? FEN_MAX : amount)
    }),
  )
  fc.assert(
    fc.property(typed, (text) => {
      const amount = readYuan(text)
      expect(amount === null || (Number.isSafeInteger(amount) && amount >= 0)).toBe(true)
    }),
  )
  expect(['68', ' 68.5 ', '¥68.50', '￥６８．５', '68,50', '1e3', '-1'].map(readYuan)).toEqual([
    ...[6_800, 6_850, 6_850, 6_850],
    ...[null, null, null],
  ])
})

const word = (max: number) => fc.string({ unit: fc.constantFrom(...'abz09-'), minLength: 1, maxLength: max })
const text = (min: number, max: number) =>
  fc
    .string({ unit: 'grapheme', minLength: min, maxLength: max })
    .map((it) => wellFormed(it.slice(0, max)))
    .filter((it) => it.trim().length >= min && !/[\p{Cc}\p{Cs}]/u.test(it))
const both = (one: fc.Arbitrary<string>) => fc.record({ zh: one, en: one }, { noNullPrototype: true })
const product: fc.Arbitrary<ListedProduct> = fc.record(
  {
    id: word(PRODUCT_ID_LENGTH_MAX),
    slug: word(SLUG_LENGTH_MAX),
    name: both(text(1, NAME_LENGTH_MAX)),
    description: both(text(0, DESCRIPTION_LENGTH_MAX)),
    priceFen: fc
      .oneof(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: FEN_MAX }), fc.constant(FEN_MAX))
      .map(fen),
    stock: fc.oneof(fc.constantFrom(0, 1, 2, STOCK_MAX), fc.integer({ min: 0, max: STOCK_MAX })),
    image: fc.constant('/products/longjing.svg'),
    category: fc.constantFrom(...CATEGORIES, null),
    facts: fc.record({ origin: both(fc.constant('杭州')) }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
)
const list = fc
  .uniqueArray(product, { minLength: 1, maxLength: LINES_MAX + 2, selector: ({ id }) => id })
  .filter((it) => new Set(it.map(({ slug }) => slug)).size === it.length)

test('whatever a price list holds can be listed, ordered and paid, or is refused with its reason', async () => {
  const wish = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: QUANTITY_MAX })), {
    minLength: 1,
    maxLength: LINES_MAX + 2,
  })
  let paid = 0
  await fc.assert(
    fc.asyncProperty(list, wish, async (goods, quantities) => {
      expect(await applyPriceList(world.config, goods)).not.toBeNull()
      const shown = await world.fetch('/api/products')
      expect(((await shown.json()) as { products: unknown[] }).products).toHaveLength(goods.length)
      const items = goods
        .slice(0, quantities.length)
        .map(({ id }, n) => ({ productId: id, quantity: quantities[n] ?? 1 }))
      const asked = await world.json('/api/orders', { items })
      expect([asked.status < 500, await asked.clone().text()]).toEqual([true, expect.any(String)])
      if (asked.status !== 201) return
      const { id, token } = (await asked.json()) as { id: string; token: string }
      const headers = { authorization: `Bearer ${token}` }
      for (const body of [{ channel: 'native' }, { channel: 'jsapi', openid: 'oX' }]) {
        const prepay = await world.json(`/api/orders/${id}/prepay`, body, headers)
        expect([prepay.status, prepay.ok || (await prepay.text())]).toEqual([200, true])
      }
      await world.json(`/api/orders/${id}/cancel`, {}, headers)
      paid += 1
    }),
    { numRuns: 60 },
  )
  expect(paid).toBeGreaterThan(0)
}, 60_000)

test('a price list beyond the limits is refused before anything of it is sold, each reason by its product', () => {
  const wrong = fc.constantFrom<[Partial<ListedProduct>, RegExp]>(
    [{ id: '' }, /id has/],
    [{ id: 'Tea' }, /id has/],
    [{ id: 'x'.repeat(PRODUCT_ID_LENGTH_MAX + 1) }, /id has/],
    [{ slug: 'a/b' }, /slug has/],
    [{ name: { zh: '', en: 'x' } }, /name\.zh has/],
    [{ name: { zh: 'x', en: 'a\nb' } }, /name\.en has/],
    [{ name: { zh: 'x', en: 'x'.repeat(NAME_LENGTH_MAX + 1) } }, /name\.en has/],
    [{ description: { zh: '\ud800', en: '' } }, /description\.zh has/],
    [{ priceFen: fen(0) }, /priceFen is/],
    [{ priceFen: (FEN_MAX + 1) as ListedProduct['priceFen'] }, /priceFen is/],
    [{ priceFen: 0.5 as ListedProduct['priceFen'] }, /priceFen is/],
    [{ stock: -1 }, /stock is/],
    [{ stock: Number.NaN }, /stock is/],
    [{ stock: STOCK_MAX + 1 }, /stock is/],
    [{ image: 'https://elsewhere.example/a.svg' }, /image is/],
  )
  fc.assert(
    fc.property(product, wrong, (good, [change, reason]) => {
      expect(() => checkList([good])).not.toThrow()
      expect(() => checkList([{ ...good, ...change }])).toThrow(reason)
      expect(() => checkList([good, good])).toThrow(/no two products/)
    }),
  )
})
