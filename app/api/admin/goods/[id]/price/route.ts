import { z } from 'zod'
import { changePrice } from '@/lib/shop/goods'
import { readYuan } from '@/lib/shop/money'
import { goodsRoute, version } from '../../change-goods'

const change = z.object({ version, yuan: z.string() })

/** Sets the price of new orders. */
export const POST = goodsRoute('price', change, (shop, id, { version, yuan }, actor) =>
  changePrice(shop, id, { version, priceFen: readYuan(yuan) ?? 0 }, actor),
)
