import type { Actor } from './audit'
import { FEN_MAX, STOCK_MAX } from './limits'
import { fen } from './money'
import { checkList, type ListedProduct } from './price-list'
import type { Product } from './product'
import type { Shop } from './shop'

/** A product as operators look after it. */
export type Goods = Product & {
  /** Pieces in unpaid orders, which come back when those close. */
  reserved: number
  /** Pieces in paid orders. */
  sold: number
  /** Counts what operators changed, from 1; selling does not count. Writes compare it. */
  version: number
}

export type GoodsResult = { ok: true } | { ok: false; reason: GoodsRefusal }
type GoodsRefusal = 'not_found' | 'goods_changed' | 'invalid_price' | 'invalid_stock'

/** How an operator changes the stock: by so many pieces, or to what was counted where `seen` was expected. */
export type StockChange = { type: 'add'; pieces: number } | { type: 'counted'; pieces: number; seen: number }

const ABOUT_NOTHING = { orderId: null, notificationId: null, transactionId: null }

/** A lost race against sales is run again; each loss means that somebody bought in between. */
const ROUNDS_MAX = 5

/** Sets the price of new orders; those that are made keep theirs. `version` is the one that the operator saw. */
export function changePrice(shop: Shop, id: string, change: { version: number; priceFen: number }, actor: Actor) {
  const { version, priceFen } = change
  return changeGoods(shop, id, version, actor, (before) =>
    Number.isInteger(priceFen) && priceFen >= 1 && priceFen <= FEN_MAX
      ? { ...before, priceFen: fen(priceFen) }
      : 'invalid_price',
  )
}

/** Takes a product off sale, or offers it again. What is ordered already is not touched. */
export function changeOffer(shop: Shop, id: string, change: { version: number; isOnSale: boolean }, actor: Actor) {
  return changeGoods(shop, id, change.version, actor, (before) => ({ ...before, isOnSale: change.isOnSale }))
}

/** Changes how many pieces can be ordered now. */
export function changeStock(shop: Shop, id: string, change: { version: number; by: StockChange }, actor: Actor) {
  const { version, by } = change
  return changeGoods(shop, id, version, actor, (before) => {
    // Somebody bought, or an order closed, since the pieces were counted.
    if (by.type === 'counted' && by.seen !== before.stock) return 'goods_changed'
    const stock = by.type === 'counted' ? by.pieces : before.stock + by.pieces
    return Number.isInteger(stock) && stock >= 0 && stock <= STOCK_MAX ? { ...before, stock } : 'invalid_stock'
  })
}

/** Writes what an operator changes, with its entry in the record, unless another operator was there first. */
async function changeGoods(
  shop: Shop,
  id: string,
  version: number,
  actor: Actor,
  change: (before: Goods) => Goods | GoodsRefusal,
): Promise<GoodsResult> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = await shop.store.findGoods(id)
    if (before === null) return { ok: false, reason: 'not_found' }
    if (before.version !== version) return { ok: false, reason: 'goods_changed' }
    const after = change(before)
    if (typeof after === 'string') return { ok: false, reason: after }
    const difference = differenceOf(before, after)
    if (difference === null) return { ok: true }
    const detail = { product: id, ...difference }
    const entry = { at: shop.now(), actor, action: 'goods_changed', ...ABOUT_NOTHING, detail, outcomeOf: null } as const
    if (await shop.store.replaceGoods(before, after, entry)) return { ok: true }
  }
  return { ok: false, reason: 'goods_changed' }
}

/** What was before and what is afterwards, as the record keeps it; null when both are the same. */
function differenceOf(before: Goods, after: Goods): Record<string, string> | null {
  const fields = ['priceFen', 'stock', 'isOnSale'] as const
  const field = fields.find((it) => before[it] !== after[it])
  return field === undefined ? null : { field, before: String(before[field]), after: String(after[field]) }
}

/** What a price list changed, by product; null when somebody changed the goods at the same time, and nothing was. */
type ListOutcome = { added: string[]; changed: string[]; offSale: string[] } | null

/**
 * Makes the goods follow a price list: texts, prices, places and what is offered. What is there keeps its stock, which is
 * counted and not listed; what is not listed goes off sale, since orders refer to it. Throws when the list cannot be sold.
 */
export async function applyList(
  { store, now }: Pick<Shop, 'store' | 'now'>,
  list: readonly ListedProduct[],
  actor: Actor,
): Promise<ListOutcome> {
  checkList(list)
  const before = await store.listGoods()
  const known = new Map(before.map((goods) => [goods.id, goods]))
  const listed = new Set(list.map(({ id }) => id))
  const outcome = {
    added: list.filter(({ id }) => !known.has(id)).map(({ id }) => id),
    changed: list.filter((product) => isOther(product, known.get(product.id))).map(({ id }) => id),
    offSale: before.filter(({ id, isOnSale }) => isOnSale && !listed.has(id)).map(({ id }) => id),
  }
  const detail = Object.fromEntries(Object.entries(outcome).map(([what, ids]) => [what, ids.join(' ')]))
  const entry = { at: now(), actor, action: 'goods_listed', ...ABOUT_NOTHING, detail, outcomeOf: null } as const
  return (await store.applyList(list, before, entry)) ? outcome : null
}

function isOther({ stock: _, ...product }: ListedProduct, known: Goods | undefined): boolean {
  if (known === undefined) return false
  const { id, slug, name, description, priceFen, image, category, facts, isOnSale } = known
  const listed = { id, slug, name, description, priceFen, image, category, facts }
  return !isOnSale || JSON.stringify(product) !== JSON.stringify(listed)
}
