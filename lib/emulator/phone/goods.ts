import { z } from 'zod'
import { visibleText } from '@/lib/net/visible-text'
import type { MerchantAccount } from '../accounts'
import type { TradeRecord } from '../ledger/schema'
import type { PhoneWords } from './words'

/** The merchant's list of goods, as `detail` of unifiedorder has it. */
const goodsList = z.object({ goods_detail: z.array(z.object({ goods_name: z.string().min(1) })).min(1) })

/**
 * What is paid for, in one line: the first product and how many more, when the merchant listed its goods; else its own
 * words, without its name in front of them (recommended is "shop-product").
 */
export function goodsOf({ body, detail }: TradeRecord, names: string[], words: PhoneWords): string {
  const [first, ...others] = readGoods(detail)
  if (first !== undefined) return visibleText(others.length === 0 ? first : words.andMore(first, others.length))
  const name = names.find((it) => body.startsWith(`${it}-`) && body.length > it.length + 1)
  return visibleText(name === undefined ? body : body.slice(name.length + 1))
}

/** All names of a merchant, in whatever language. */
export function namesOf(accounts: MerchantAccount[], mchId: string): string[] {
  const { name = [] } = accounts.find((it) => it.mchId === mchId && it.name !== undefined) ?? {}
  return typeof name === 'string' ? [name] : Object.values(name)
}

function readGoods(detail: string): string[] {
  let data: unknown
  try {
    data = JSON.parse(detail)
  } catch {
    // Nothing but a description, or nothing at all: WeChat takes any text here.
    return []
  }
  const parsed = goodsList.safeParse(data)
  return parsed.success ? parsed.data.goods_detail.map((it) => it.goods_name) : []
}
