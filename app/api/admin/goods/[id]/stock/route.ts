import { z } from 'zod'
import { changeStock, type StockChange } from '@/lib/shop/goods'
import { goodsRoute, version } from '../../change-goods'

const change = z.object({
  version,
  add: z.string().optional(),
  counted: z.string().optional(),
  seen: z.string().optional(),
})

/** Changes the stock by so many pieces, or to what was counted. */
export const POST = goodsRoute('stock', change, (shop, id, { version, ...asked }, actor) =>
  changeStock(shop, id, { version, by: readChange(asked) }, actor),
)

/** What is no number is no stock, and the rules say so. */
function readChange({ add, counted, seen }: Omit<z.infer<typeof change>, 'version'>): StockChange {
  if (add !== undefined) return { type: 'add', pieces: readPieces(add) }
  return { type: 'counted', pieces: readPieces(counted ?? ''), seen: readPieces(seen ?? '') }
}

/** A whole number with or without a sign, in whatever digits a keyboard for Chinese types. */
function readPieces(text: string): number {
  const plain = text.normalize('NFKC').replace('−', '-').trim()
  return /^[+-]?\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN
}
