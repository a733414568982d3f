import { z } from 'zod'
import { changeOffer } from '@/lib/shop/goods'
import { goodsRoute, version } from '../../change-goods'

const change = z.object({ version, offer: z.enum(['on', 'off']) })

/** Takes a product off sale, or offers it again. */
export const POST = goodsRoute('offer', change, (shop, id, { version, offer }, actor) =>
  changeOffer(shop, id, { version, isOnSale: offer === 'on' }, actor),
)
